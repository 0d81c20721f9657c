/** An answer as it is kept: the bytes after serialisation, and what has to be sent with them. */
export interface CacheValue {
  body: Buffer;
  status: number;
  headers: Readonly<Record<string, string>>;
  etag: string | null;
  /** Where it was loaded from (`postgres`, `mongodb`, …). */
  source: string;
  /** Overrides the request's. 0: not kept. */
  ttlMs?: number;
  /** Says that something is absent: it also depends on `CacheRequest.missTags` and is never given as stale. */
  isAbsence?: boolean;
}

/** A value with what decides whether it may be given. Moments are in ms since 1970. */
export interface CacheEntry {
  value: CacheValue;
  /** The server process in which the generations were read; null: nobody could be asked, so it is never fresh. */
  run: string | null;
  /** The tags' generations before the value was loaded, in the order of the request's tags. */
  generations: readonly string[];
  storedAt: number;
  expiresAt: number;
  graceMs: number;
}

const FORMAT = 1;
const HEADER_BYTES = 4;

/** The generations were equal when the entry was loaded, and still are: nobody has written since. */
export function isCurrent(entry: CacheEntry, run: string, generations: readonly (string | null)[]): boolean {
  if (entry.run !== run || entry.generations.length > generations.length) return false;
  for (let index = 0; index < entry.generations.length; index++) {
    if (entry.generations[index] !== generations[index]) return false;
  }
  return true;
}

/** Length of the header, header as JSON, body as it is: a hit copies nothing. */
export function encodeEntry(entry: CacheEntry): Buffer {
  const { value, run, generations, storedAt, expiresAt, graceMs } = entry;
  const { body, ...rest } = value;
  const header = JSON.stringify([FORMAT, run, generations, storedAt, expiresAt, graceMs, rest]);
  const size = Buffer.byteLength(header);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + size + body.length);
  bytes.writeUInt32BE(size, 0);
  bytes.write(header, HEADER_BYTES, 'utf8');
  body.copy(bytes, HEADER_BYTES + size);
  return bytes;
}

type Header = [format: number, run: string, string[], number, number, number, Omit<CacheValue, 'body'>];

/** Null for bytes that this version did not write: another version's entry is a miss, not an error. */
export function decodeEntry(bytes: Buffer): CacheEntry | null {
  if (bytes.length < HEADER_BYTES) return null;
  const end = HEADER_BYTES + bytes.readUInt32BE(0);
  if (end > bytes.length) return null;
  const header = parseHeader(bytes.toString('utf8', HEADER_BYTES, end));
  if (!header) return null;
  const [, run, generations, storedAt, expiresAt, graceMs, rest] = header;
  return { value: { ...rest, body: bytes.subarray(end) }, run, generations, storedAt, expiresAt, graceMs };
}

function parseHeader(text: string): Header | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isHeader(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

// By hand: it runs for every hit from Redis, and a schema library costs more than the hit.
const isHeader = (value: unknown): value is Header =>
  Array.isArray(value) &&
  value.length === 7 &&
  value[0] === FORMAT &&
  typeof value[1] === 'string' &&
  Array.isArray(value[2]) &&
  value.slice(3, 6).every(Number.isFinite) &&
  typeof value[6] === 'object' &&
  value[6] !== null;

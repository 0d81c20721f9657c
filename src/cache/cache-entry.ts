/** A cached answer: the bytes after serialisation, and the headers that are sent with them. */
export interface CacheValue {
  body: Buffer;
  status: number;
  headers: Readonly<Record<string, string>>;
  etag: string | null;
  /** Where it was loaded from (`postgres`, `mongodb`, …). */
  source: string;
  /** Overrides the TTL of the request. 0: not kept. */
  ttlMs?: number;
  /** The answer says that something is absent. It also depends on `CacheRequest.missTags` and is never served stale. */
  isAbsence?: boolean;
}

/** A value, and what decides whether it may be served. Moments are in ms since 1970. */
export interface CacheEntry {
  value: CacheValue;
  /**
   * The server process in which the generations were read. Null: the generations could not be read, so the entry is
   * never fresh.
   */
  run: string | null;
  /** The tags' generations as they were before the value was loaded, in the order of the request's tags. */
  generations: readonly string[];
  storedAt: number;
  expiresAt: number;
  graceMs: number;
  /** For `db:verify`, which compares entries with their stores. */
  asked: Asked;
}

/** The request that an entry answers. */
export interface Asked {
  /** The tags of `generations`, in the same order. */
  tags: readonly string[];
  /** The request's key. Null if the key is derived from a secret, or if the request cannot be repeated. */
  key: string | null;
}

const FORMAT = 3;
const HEADER_BYTES = 4;

/**
 * True if the generations were equal when the entry was loaded and still are, so no writer has replaced a tag since.
 */
export function isCurrent(entry: CacheEntry, run: string, generations: readonly (string | null)[]): boolean {
  if (entry.run !== run || entry.generations.length > generations.length) return false;
  for (let index = 0; index < entry.generations.length; index++) {
    if (entry.generations[index] !== generations[index]) return false;
  }
  return true;
}

/**
 * Length of the header, header as JSON, body as it is. The entry contains its own key, so if a driver or a proxy mixes
 * up replies, the entry cannot become the answer to another request.
 */
export function encodeEntry(entry: CacheEntry, key: string): Buffer {
  const { value, run, generations, storedAt, expiresAt, graceMs, asked } = entry;
  const { body, ...rest } = value;
  const header = JSON.stringify([FORMAT, key, run, generations, storedAt, expiresAt, graceMs, asked, rest]);
  const size = Buffer.byteLength(header);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + size + body.length);
  bytes.writeUInt32BE(size, 0);
  bytes.write(header, HEADER_BYTES, 'utf8');
  body.copy(bytes, HEADER_BYTES + size);
  return bytes;
}

type Header = [
  format: number,
  key: string,
  run: string,
  generations: string[],
  storedAt: number,
  expiresAt: number,
  graceMs: number,
  asked: Asked,
  Omit<CacheValue, 'body'>,
];

/** Null for bytes that this version did not write under this key: another version's entry is a miss, not an error. */
export function decodeEntry(bytes: Buffer, key: string): CacheEntry | null {
  if (bytes.length < HEADER_BYTES) return null;
  const end = HEADER_BYTES + bytes.readUInt32BE(0);
  if (end > bytes.length) return null;
  const header = parseHeader(bytes.toString('utf8', HEADER_BYTES, end));
  if (header?.[1] !== key) return null;
  const [, , run, generations, storedAt, expiresAt, graceMs, asked, rest] = header;
  return {
    value: { ...rest, body: ownCopy(bytes.subarray(end)) },
    run,
    generations,
    storedAt,
    expiresAt,
    graceMs,
    asked,
  };
}

/** Copies the bytes. A view would keep the whole chunk of the socket in memory, with everything else in it. */
function ownCopy(view: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(view.length);
  view.copy(copy);
  return copy;
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

// Checked by hand, because it runs for every hit from Redis, and a schema library costs more than the hit.
const isHeader = (value: unknown): value is Header =>
  Array.isArray(value) &&
  value.length === 9 &&
  value[0] === FORMAT &&
  typeof value[1] === 'string' &&
  typeof value[2] === 'string' &&
  Array.isArray(value[3]) &&
  value.slice(4, 7).every(Number.isFinite) &&
  isObject(value[7]) &&
  isObject(value[8]);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

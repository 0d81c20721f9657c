/** Sizes in a tar file are multiples of this. */
export const BLOCK_BYTES = 512;

/** Two empty blocks end a tar file. */
export const END_OF_TAR = Buffer.alloc(2 * BLOCK_BYTES);

const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
type Field = keyof typeof FIELDS;

const MAGIC = 'ustar\u000000';
const REGULAR_FILE = '0';

export interface TarEntry {
  name: string;
  /** Bytes of the content, without the padding up to the next block. */
  size: number;
}

export const paddingOf = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;

const put = (block: Buffer, field: Field, text: string): void => {
  block.write(text, FIELDS[field][0], FIELDS[field][1], 'latin1');
};

const get = (block: Buffer, field: Field): string => {
  const [offset, length] = FIELDS[field];
  return block.toString('latin1', offset, offset + length).split('\0', 1)[0] ?? '';
};

const octal = (value: number, field: Field): string =>
  `${value.toString(8).padStart(FIELDS[field][1] - 1, '0')}\0`;

/** The sum of all bytes, in which the checksum's own field counts as spaces. */
function checksumOf(block: Buffer): number {
  const [from, length] = FIELDS.checksum;
  let sum = 0;
  for (let at = 0; at < BLOCK_BYTES; at += 1) sum += at >= from && at < from + length ? 32 : (block[at] ?? 0);
  return sum;
}

const checksumField = (block: Buffer): string => `${checksumOf(block).toString(8).padStart(6, '0')}\0 `;

/** Splits a long name at a slash. Throws if no part is short enough. */
function split(name: string): { prefix: string; rest: string } {
  if (name.length <= FIELDS.name[1]) return { prefix: '', rest: name };
  const slash = name.lastIndexOf('/');
  const [prefix, rest] = [name.slice(0, slash), name.slice(slash + 1)];
  if (slash < 0 || prefix.length > FIELDS.prefix[1] || rest.length > FIELDS.name[1])
    throw new Error(`"${name}" is too long for a tar file`);
  return { prefix, rest };
}

/** The header of a regular file that only its owner may read (POSIX.1-1988 "ustar"). ASCII names only. */
export function tarHeader({ name, size }: TarEntry, modifiedAt: Date): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const { prefix, rest } = split(name);
  put(block, 'name', rest);
  put(block, 'prefix', prefix);
  put(block, 'mode', octal(0o600, 'mode'));
  put(block, 'uid', octal(0, 'uid'));
  put(block, 'gid', octal(0, 'gid'));
  put(block, 'size', octal(size, 'size'));
  put(block, 'mtime', octal(Math.floor(modifiedAt.getTime() / 1_000), 'mtime'));
  put(block, 'type', REGULAR_FILE);
  put(block, 'magic', MAGIC);
  put(block, 'checksum', checksumField(block));
  return block;
}

/** Null if it is no header of a regular file, or a damaged one. */
export function parseTarHeader(block: Buffer): TarEntry | null {
  const [checksumAt, checksumLength] = FIELDS.checksum;
  const isHeader =
    block.length === BLOCK_BYTES &&
    block.toString('latin1', FIELDS.magic[0], FIELDS.magic[0] + MAGIC.length) === MAGIC &&
    block.toString('latin1', checksumAt, checksumAt + checksumLength) === checksumField(block) &&
    get(block, 'type') === REGULAR_FILE;
  if (!isHeader) return null;
  const prefix = get(block, 'prefix');
  const name = get(block, 'name');
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: Number.parseInt(get(block, 'size'), 8) };
}

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

import { hasCode } from '../../stores/embedded/process-identity.js';
import { ArchiveDamaged, ArchiveNotReadable } from './backup.errors.js';
import { BLOCK_BYTES, END_OF_TAR, paddingOf, parseTarHeader } from './tar.js';

/** One member with its bytes in the file. */
export interface StoredMember {
  name: string;
  content: Buffer;
  /** Header, content and padding: the bytes that the checksum of the archive covers. */
  bytes: readonly Buffer[];
  sha256: string;
}

const explanation = (error: unknown): string =>
  hasCode(error, 'ENOENT')
    ? 'there is no such file'
    : hasCode(error, 'EISDIR')
      ? 'it is a folder'
      : String(error);

/** Opens an archive for `membersOf`. `work` may read it several times. Throws `ArchiveNotReadable`. */
export async function withArchive<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new ArchiveNotReadable(
      `${file} cannot be read.`,
      explanation(error),
      ['name an archive with --from'],
      {
        cause: error,
      },
    );
  });
  try {
    // A folder can be opened, but reading it would fail.
    if (!(await handle.stat()).isFile())
      throw new ArchiveNotReadable(`${file} cannot be read.`, 'it is no file', [
        'name an archive with --from',
      ]);
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await handle.read(buffer, at, length - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

/** Every member in order; one at a time is in memory. Throws `ArchiveDamaged` if the framing is broken. */
export async function* membersOf(handle: FileHandle): AsyncGenerator<StoredMember> {
  const { size: total } = await handle.stat();
  let position = 0;
  let previous = 'the beginning';
  for (;;) {
    const header = await readAt(handle, position, BLOCK_BYTES);
    if (header.length === BLOCK_BYTES && header.every((byte) => byte === 0)) break;
    const entry = parseTarHeader(header);
    if (!entry) throw new ArchiveDamaged(`after ${previous}`, framingFault(header));
    const { name, size } = entry;
    const padding = paddingOf(size);
    const end = position + BLOCK_BYTES + size + padding;
    if (end > total) throw new ArchiveDamaged(name, `it is cut off: ${end - total} bytes of it are missing`);
    const body = await readAt(handle, position + BLOCK_BYTES, size + padding);
    const content = body.subarray(0, size);
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (!isZero(body.subarray(size))) throw new ArchiveDamaged(name, 'its padding is not empty');
    yield { name, content, bytes: [header, body], sha256 };
    position = end;
    previous = name;
  }
  const rest = await readAt(handle, position, END_OF_TAR.length + 1);
  if (!rest.equals(END_OF_TAR))
    throw new ArchiveDamaged('its end', `after ${previous} it does not end as it should`);
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

const framingFault = (header: Buffer): string =>
  header.length < BLOCK_BYTES
    ? 'the file is cut off there'
    : 'what stands there is not the beginning of a member';

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import {
  type ArchiveHeader,
  type ArchiveManifest,
  type ArchiveMember,
  HEADER_MEMBER,
  MANIFEST_MEMBER,
  SEAL_MEMBER,
} from './archive-format.js';
import { END_OF_TAR, paddingOf, tarHeader } from './tar.js';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const toJson = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);

/**
 * Writes an archive member by member under a temporary name. `finish` gives it its final name, so a file of that name
 * is complete and on the disk.
 */
export class ArchiveWriter {
  private readonly members: ArchiveMember[] = [];
  private readonly checksum: Hash = createHash('sha256');
  private readonly startedAt = new Date();
  private written = 0;

  private constructor(
    private readonly file: string,
    private readonly partial: string,
    private readonly handle: FileHandle,
  ) {}

  /** Only the owner may read it, because it contains password and token hashes. */
  static async create(file: string): Promise<ArchiveWriter> {
    await mkdir(path.dirname(file), { recursive: true });
    const partial = `${file}.partial-${process.pid}`;
    return new ArchiveWriter(file, partial, await open(partial, 'w', 0o600));
  }

  /** The number of bytes so far. */
  get size(): number {
    return this.written;
  }

  async begin(header: ArchiveHeader): Promise<void> {
    await this.add(HEADER_MEMBER, toJson(header), 0);
  }

  async add(name: string, content: Buffer, records: number): Promise<void> {
    await this.write(name, content);
    this.members.push({ name, bytes: content.length, sha256: sha256(content), records });
  }

  /** Returns the checksum over all members. */
  async finish(rest: Pick<ArchiveManifest, 'sequences' | 'changed_users'>): Promise<string> {
    const checksum = this.checksum.copy().digest('hex');
    const manifest = toJson({ ...rest, members: this.members, checksum } satisfies ArchiveManifest);
    await this.write(MANIFEST_MEMBER, manifest);
    await this.write(SEAL_MEMBER, Buffer.from(`${sha256(manifest)}  ${MANIFEST_MEMBER}\n`));
    await this.writeBytes(END_OF_TAR);
    await this.handle.sync();
    await this.handle.close();
    await rename(this.partial, this.file);
    await syncFolder(path.dirname(this.file));
    return checksum;
  }

  /** Removes the temporary file. */
  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.partial, { force: true });
  }

  private async write(name: string, content: Buffer): Promise<void> {
    await this.writeBytes(tarHeader({ name, size: content.length }, this.startedAt));
    await this.writeBytes(content);
    await this.writeBytes(Buffer.alloc(paddingOf(content.length)));
  }

  private async writeBytes(bytes: Buffer): Promise<void> {
    this.checksum.update(bytes);
    this.written += bytes.length;
    let at = 0;
    while (at < bytes.length) at += (await this.handle.write(bytes, at)).bytesWritten;
  }
}

/** Without this, a crash of the machine may lose the new name. Windows does not support it, and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

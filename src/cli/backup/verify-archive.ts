import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

import type { z } from 'zod';

import {
  type ArchiveHeader,
  type ArchiveManifest,
  FORMAT_VERSION,
  formatShape,
  HEADER_MEMBER,
  headerShape,
  MANIFEST_MEMBER,
  manifestShape,
  SEAL_MEMBER,
} from './archive-format.js';
import { membersOf, type StoredMember } from './archive-reader.js';
import { ArchiveDamaged, ArchiveNotReadable } from './backup.errors.js';

/** An archive that is unchanged, byte by byte, since it was written. */
export interface VerifiedArchive {
  header: ArchiveHeader;
  manifest: ArchiveManifest;
  /** Of the file. */
  bytes: number;
}

/** Null if it is not JSON. */
function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parse<T>({ name, content }: StoredMember, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(jsonOf(content));
  if (parsed.success) return parsed.data;
  throw new ArchiveDamaged(name, 'it does not hold what it should');
}

/** Reads every byte and compares it with the digests. Throws `ArchiveNotReadable`, `ArchiveDamaged`. */
export async function verifyArchive(handle: FileHandle, file: string): Promise<VerifiedArchive> {
  const { size: bytes } = await handle.stat();
  await assertOurs(handle, file);
  const checksum = createHash('sha256');
  const found: { name: string; sha256: string }[] = [];
  let header: StoredMember | null = null;
  let manifest: StoredMember | null = null;
  let seal: StoredMember | null = null;
  for await (const member of membersOf(handle)) {
    if (member.name === MANIFEST_MEMBER) manifest = member;
    else if (member.name === SEAL_MEMBER) seal = member;
    else {
      if (member.name === HEADER_MEMBER) header = member;
      found.push({ name: member.name, sha256: member.sha256 });
      for (const part of member.bytes) checksum.update(part);
    }
  }
  if (!header) throw new ArchiveDamaged(HEADER_MEMBER, 'it is not there');
  if (!manifest || !seal)
    throw new ArchiveDamaged(
      manifest ? SEAL_MEMBER : MANIFEST_MEMBER,
      'it is not there: the archive is cut off',
    );
  if (seal.content.toString('latin1') !== `${manifest.sha256}  ${MANIFEST_MEMBER}\n`)
    throw new ArchiveDamaged(MANIFEST_MEMBER, `its SHA-256 is not the one in ${SEAL_MEMBER}`);
  const stated = parse(manifest, manifestShape);
  compare(stated, found);
  if (checksum.digest('hex') !== stated.checksum)
    throw new ArchiveDamaged('between its members', 'the checksum over all of it is another one');
  return { header: parse(header, headerShape), manifest: stated, bytes };
}

/** Checks what the file is before it is read as a whole. A damaged first member is found together with all others. */
async function assertOurs(handle: FileHandle, file: string): Promise<void> {
  const head = Buffer.alloc(HEADER_MEMBER.length);
  await handle.read(head, 0, head.length, 0);
  if (head.toString('latin1') !== HEADER_MEMBER) {
    const why = 'it does not begin as an archive of npm run db:backup';
    throw new ArchiveNotReadable(`${file} is not an archive.`, why, ['name an archive with --from']);
  }
  for await (const { content } of membersOf(handle)) {
    const parsed = formatShape.safeParse(jsonOf(content));
    if (parsed.success && parsed.data.version !== FORMAT_VERSION) {
      const why = `its format is version ${parsed.data.version}; this program knows ${FORMAT_VERSION}`;
      throw new ArchiveNotReadable(`${file} was written by another version.`, why, [
        'check out the version that wrote it, or a newer one',
      ]);
    }
    return;
  }
}

/** Compares the digests first, so that the damage itself is reported, not its consequences. */
function compare(manifest: ArchiveManifest, found: readonly { name: string; sha256: string }[]): void {
  const byName = new Map(found.map((member) => [member.name, member.sha256]));
  for (const { name, sha256 } of manifest.members) {
    const is = byName.get(name);
    if (is === undefined) throw new ArchiveDamaged(name, 'it is not there');
    if (is !== sha256) throw new ArchiveDamaged(name, 'its SHA-256 is not the one in the manifest');
  }
  const stated = manifest.members.map(({ name }) => name).join('\n');
  if (stated !== found.map(({ name }) => name).join('\n'))
    throw new ArchiveDamaged('the order of its members', 'it is not the one in the manifest');
}

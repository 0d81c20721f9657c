import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { newId } from '../../../common/ids/ids.js';
import { FieldEncryption } from '../../field-encryption/field-encryption.js';
import type { UserCipher } from '../../field-encryption/user-cipher.js';
import { chunked } from './chunked.js';
import { FileCipher, newFileKey } from './file-cipher.js';
import { FileChunks } from './file-chunks.mongo.repository.js';
import { FileGone } from './files.errors.js';
import {
  CHUNK_BYTES,
  FILE_CHUNKS_COLLECTION,
  type FileOwner,
  type NewFile,
  type PrivateFile,
} from './private-file.js';

const placeOf = (record: string) => ({ collection: FILE_CHUNKS_COLLECTION, record, field: 'key' });

/**
 * Files of one person, in encrypted chunks in MongoDB, so that any instance serves them. Each has a key of its own, which only
 * the person's data key opens: with that destroyed, no copy of a file can be read. Rejects with `StoreUnavailable`.
 */
@Injectable()
export class PrivateFiles {
  constructor(
    private readonly chunks: FileChunks,
    private readonly encryption: FieldEncryption,
  ) {}

  /** Rejects with `ReferenceGone`: the account is deleted. */
  async begin({ orgId, userId }: FileOwner): Promise<NewFile> {
    const id = newId();
    const cipher = await this.encryption.forUser(orgId, userId);
    return { id, key: cipher.encrypt(placeOf(id), newFileKey().toString('base64url')) };
  }

  /** Holds one chunk in memory. What is written of a source that throws is left to the caller to remove. */
  async write(
    owner: FileOwner,
    file: NewFile,
    source: AsyncIterable<Uint8Array | string>,
    expiresAt: Date,
  ): Promise<{ size: number; digest: string }> {
    const cipher = await this.cipherOf(owner, file);
    const hash = createHash('sha256');
    let size = 0;
    let n = 0;
    for await (const content of chunked(source, CHUNK_BYTES)) {
      hash.update(content);
      size += content.length;
      await this.chunks.insert({
        organization_id: owner.orgId,
        user_id: owner.userId,
        file_id: file.id,
        n,
        data: cipher.seal(n, content),
        expires_at: expiresAt,
      });
      n += 1;
    }
    return { size, digest: hash.digest('base64url') };
  }

  /** The bytes from `start` up to but not including `end`. Throws `FileGone`, `Undecryptable`. */
  async *read(owner: FileOwner, file: PrivateFile, start = 0, end = file.size): AsyncGenerator<Buffer> {
    const cipher = await this.cipherOf(owner, file);
    for (let n = Math.floor(start / CHUNK_BYTES); n * CHUNK_BYTES < end; n += 1) {
      const sealed = await this.chunks.find(owner.orgId, owner.userId, file.id, n);
      if (!sealed) throw new FileGone();
      const content = cipher.open(n, sealed);
      const base = n * CHUNK_BYTES;
      yield content.subarray(Math.max(0, start - base), Math.min(content.length, end - base));
    }
  }

  remove({ orgId }: FileOwner, fileId: string): Promise<void> {
    return this.chunks.remove(orgId, fileId);
  }

  /** Of everybody. Returns how many chunks there were. */
  removeExpired(now: Date, signal: AbortSignal): Promise<number> {
    return this.chunks.removeExpired(now, signal);
  }

  private async cipherOf({ orgId, userId }: FileOwner, { id, key }: NewFile): Promise<FileCipher> {
    const ofUser: UserCipher | null = await this.encryption.ofReader(orgId, userId);
    if (!ofUser) throw new FileGone();
    return new FileCipher(Buffer.from(ofUser.decrypt(placeOf(id), key), 'base64url'), id);
  }
}

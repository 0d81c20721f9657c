import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../../stores/mongo/mongo-errors.js';
import { FILE_CHUNKS_COLLECTION, type FileChunk } from './private-file.js';

type StoredChunk = Omit<FileChunk, 'data'> & { data: mongoose.mongo.Binary };

/** So many are removed by one command, so that no other writer waits long: 32 MiB. */
const REMOVED_AT_ONCE = 128;

const idOf = (fileId: string, n: number): string => `${fileId}:${n}`;

/** The parts of files, through the driver. Rejects with `StoreUnavailable`. */
@Injectable()
export class FileChunks {
  constructor(private readonly mongo: Mongo) {}

  /** The same chunk once more changes nothing: an insert whose answer was lost is repeated. */
  async insert({ data, ...chunk }: Omit<FileChunk, '_id'>): Promise<void> {
    const stored = { _id: idOf(chunk.file_id, chunk.n), ...chunk, data: new mongoose.mongo.Binary(data) };
    try {
      await this.mongo.run('insert', () => this.chunks().insertOne(stored));
    } catch (error) {
      if (violatedUniqueIndex(error) === null) throw error;
    }
  }

  /** Null where it is gone. */
  async find(orgId: string, userId: string, fileId: string, n: number): Promise<Uint8Array | null> {
    const wanted = { _id: idOf(fileId, n), organization_id: orgId, user_id: userId };
    const found = await this.mongo.run('find', () => this.chunks().findOne(wanted));
    return found ? found.data.buffer.subarray(0, found.data.length()) : null;
  }

  async remove(orgId: string, fileId: string): Promise<void> {
    await this.removeThose({ organization_id: orgId, file_id: fileId }, null);
  }

  /** Of every organisation. Returns how many there were. */
  removeExpired(now: Date, signal: AbortSignal): Promise<number> {
    return this.removeThose({ expires_at: { $lte: now } }, signal);
  }

  private async removeThose(filter: object, signal: AbortSignal | null): Promise<number> {
    let removed = 0;
    while (!signal?.aborted) {
      const ids = await this.mongo.run('find', () =>
        this.chunks().find(filter).project<{ _id: string }>({ _id: 1 }).limit(REMOVED_AT_ONCE).toArray(),
      );
      if (ids.length === 0) break;
      const { deletedCount } = await this.mongo.run('delete', () =>
        this.chunks().deleteMany({ _id: { $in: ids.map(({ _id }) => _id) } }),
      );
      removed += deletedCount;
    }
    return removed;
  }

  private chunks() {
    return this.mongo.collection<StoredChunk>(FILE_CHUNKS_COLLECTION);
  }
}

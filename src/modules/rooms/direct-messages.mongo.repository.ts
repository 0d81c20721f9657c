import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { Clock } from '../../common/time/clock.js';
import type { Held, PutOutcome, ReplicatedRecord } from '../../flows/fallback/replica.js';
import { DocumentWalk, parsed } from '../../flows/reconciliation/document-walk.mongo.repository.js';
import { type Collection, Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { Pages } from '../../stores/mongo/pages.js';
import { DIRECT_MESSAGES_COLLECTION, type DirectMessageDocument } from './direct-message.schema.js';
import { differingMessageFields } from './merge-messages.js';
import type { StoredMessage } from './message.js';
import type { MessageRange, MessageStore } from './message-store.js';

type Filter = mongoose.mongo.Filter<DirectMessageDocument>;
/**
 * For a page towards newer messages, if the server reads everything that its filter matches before it applies the
 * limit.
 */
const FIRST_WINDOW_MS = 60_000;
const WIDER = 8;

/** Direct messages in MongoDB, which is read first. */
@Injectable()
export class DirectMessagesMongoRepository implements MessageStore {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    private readonly documents: DocumentWalk,
    private readonly clock: Clock,
  ) {}

  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Held<StoredMessage>>> {
    if (ids.length === 0) return new Map();
    const found = await this.find('find', { _id: { $in: [...ids] } }, { _id: 1 }, ids.length);
    return new Map(
      found.map((document) => [
        document._id,
        { record: messageOf(document), unsyncedSince: document.unsynced_since ?? null },
      ]),
    );
  }

  range(range: MessageRange): Promise<StoredMessage[]> {
    return range.direction === 'before' ? this.older(range, {}) : this.newer(range, {});
  }

  unsyncedRange(range: MessageRange): Promise<StoredMessage[]> {
    const marked = { unsynced_since: { $exists: true } };
    return range.direction === 'before' ? this.older(range, marked) : this.newer(range, marked);
  }

  async bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null> {
    const filter = { conversation_id: roomId, member_id: memberId, client_id: clientId };
    const [document] = await this.find('find', filter, { _id: 1 }, 1);
    return document ? messageOf(document) : null;
  }

  async put(message: StoredMessage, isUnsynced: boolean): Promise<PutOutcome<StoredMessage>> {
    const { _id, ...fields } = documentOf(message, isUnsynced ? this.clock.now() : null);
    // The upsert inserts if it finds no older version. It is refused if the stored version is as new, or if it is a
    // tombstone.
    const older = {
      _id,
      version: { $lt: message.version },
      ...(message.isDeleted ? {} : { deleted: false }),
    };
    try {
      await this.mongo.run('replace', () => this.collection.replaceOne(older, fields, { upsert: true }));
      return { kind: 'put' };
    } catch (error) {
      if (!violatedUniqueIndex(error)) throw error;
      return this.refused(message);
    }
  }

  async unsynced(until: Date, limit: number): Promise<StoredMessage[]> {
    const found = await this.find('find', { unsynced_since: { $lte: until } }, { unsynced_since: 1 }, limit);
    return found.map(messageOf);
  }

  countUnsynced(): Promise<number> {
    return this.mongo.run('count', () =>
      this.collection.countDocuments({ unsynced_since: { $type: 'date' } }),
    );
  }

  async markSynced(records: readonly ReplicatedRecord[]): Promise<void> {
    if (records.length === 0) return;
    const operations = records.map(({ id, version }) => ({
      updateOne: { filter: { _id: id, version }, update: { $unset: { unsynced_since: 1 as const } } },
    }));
    await this.mongo.run('bulk-write', () => this.collection.bulkWrite(operations, { ordered: false }));
  }

  async remove(id: string): Promise<void> {
    await this.mongo.run('delete', () => this.collection.deleteOne({ _id: id }));
  }

  async *walk(since: Date | null = null): AsyncGenerator<StoredMessage[]> {
    for await (const batch of this.documents.unparsed(DIRECT_MESSAGES_COLLECTION, since))
      yield batch.map((document) => messageOf(parsed(document) as unknown as DirectMessageDocument));
  }

  private get collection(): Collection<DirectMessageDocument> {
    return this.mongo.collection<DirectMessageDocument>(DIRECT_MESSAGES_COLLECTION);
  }

  private find(
    name: string,
    filter: Filter,
    sort: Record<string, 1 | -1>,
    limit: number,
  ): Promise<DirectMessageDocument[]> {
    return this.mongo.run(name, () =>
      this.collection.find<DirectMessageDocument>(filter).sort(sort).limit(limit).toArray(),
    );
  }

  private async older({ roomId, from, limit }: MessageRange, only: Filter): Promise<StoredMessage[]> {
    const page = await this.pages.newest<DirectMessageDocument>(DIRECT_MESSAGES_COLLECTION, {
      filter: { conversation_id: roomId, ...only },
      sort: ['created_at', '_id'],
      after: from && [from.createdAt, from.id],
      limit,
    });
    return page.map(messageOf);
  }

  /** In windows of time from the position towards newer messages, if the server does not stop at the limit. */
  private async newer({ roomId, from, limit }: MessageRange, only: Filter): Promise<StoredMessage[]> {
    const room = { conversation_id: roomId, ...only };
    const order = { created_at: 1, _id: 1 } as const;
    const end = this.clock.now().getTime() + FIRST_WINDOW_MS;
    // A query of its own, because with `$or` SecantusDB would ignore the lower bound of the windows.
    const page = from
      ? await this.find('find', { ...room, created_at: from.createdAt, _id: { $gt: from.id } }, order, limit)
      : [];
    const start = from ? from.createdAt.getTime() + 1 : 0;
    let widthMs = FIRST_WINDOW_MS;
    for (let low = start; page.length < limit; low += widthMs, widthMs *= WIDER) {
      const isLast = this.mongo.stopsAtLimit || low + widthMs > end;
      const within = { $gte: new Date(low), ...(isLast ? {} : { $lt: new Date(low + widthMs) }) };
      const filter = { ...room, created_at: within } as Filter;
      page.push(...(await this.find('find', filter, order, limit - page.length)));
      if (isLast) break;
    }
    return page.map(messageOf);
  }

  private async refused(message: StoredMessage): Promise<PutOutcome<StoredMessage>> {
    const held = (await this.byIds([message.id])).get(message.id)?.record;
    if (held) return { kind: differingMessageFields(held, message).length === 0 ? 'same' : 'newer' };
    const { roomId, memberId, clientId } = message;
    const twin = memberId !== null && clientId !== null && (await this.bySender(roomId, memberId, clientId));
    if (!twin) throw new Error('MongoDB refuses a message for one that is not there');
    return { kind: 'twin', twin };
  }
}

const messageOf = (document: DirectMessageDocument): StoredMessage => ({
  id: document._id,
  organizationId: document.organization_id,
  roomId: document.conversation_id,
  memberId: document.member_id,
  content: document.content,
  fileUrl: document.file_url,
  isDeleted: document.deleted,
  version: document.version,
  clientId: document.client_id,
  requestHash: document.request_hash,
  versions: document.versions,
  createdAt: document.created_at,
  updatedAt: document.updated_at,
});

const documentOf = (message: StoredMessage, unsyncedSince: Date | null): DirectMessageDocument => ({
  _id: message.id,
  organization_id: message.organizationId,
  conversation_id: message.roomId,
  member_id: message.memberId,
  content: message.content,
  file_url: message.fileUrl,
  deleted: message.isDeleted,
  version: message.version,
  client_id: message.clientId,
  request_hash: message.requestHash,
  versions: [...message.versions],
  created_at: message.createdAt,
  updated_at: message.updatedAt,
  ...(unsyncedSince && { unsynced_since: unsyncedSince }),
});

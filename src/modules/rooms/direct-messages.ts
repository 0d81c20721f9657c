import { isHeld, type PutOutcome, type ReplicatedRecords } from '../../flows/fallback/replica.js';
import type { Reconciler } from '../../flows/fallback/reconciler.js';
import type { StoreFallback, StoreResult } from '../../flows/fallback/store-fallback.js';
import type { SyncMarks } from '../../flows/fallback/sync-marks.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { differingMessageFields, mergeMessages } from './merge-messages.js';
import type { StoredMessage } from './message.js';
import type { MessageRange, MessageStore } from './message-store.js';
import type { AddedMessage, Messages, ReadMessages } from './messages.js';
import { NoSuchRoom } from './rooms.errors.js';

type Outcome = PutOutcome<StoredMessage>;

/**
 * Messages of direct rooms. They are in MongoDB with a copy in PostgreSQL, and in one of the two while the other is
 * away.
 */
export class DirectMessages implements Messages, ReplicatedRecords<StoredMessage> {
  readonly name = 'direct_messages';
  readonly merge = mergeMessages;
  readonly differingFields = differingMessageFields;

  constructor(
    readonly mongodb: MessageStore,
    readonly postgresql: MessageStore,
    private readonly fallback: StoreFallback,
    private readonly marks: SyncMarks,
    private readonly reconciler: Reconciler,
  ) {
    reconciler.declare(this);
  }

  /** No answer that shows a message is cached. */
  tagsOf(): readonly string[] {
    return [];
  }

  range(range: MessageRange): Promise<ReadMessages> {
    return this.fallback.withMongoFallback<ReadMessages>(
      async () => {
        const [held, marked] = await Promise.all([
          this.mongodb.range(range),
          orNull(this.postgresql.unsyncedRange(range)),
        ]);
        const messages = this.merged(range, held, marked ?? []);
        return { messages, source: 'mongodb', isDegraded: marked === null };
      },
      async () => ({
        messages: await this.postgresql.range(range),
        source: 'postgres',
        isDegraded: true,
      }),
      'ROOM_MESSAGES_GET_DM',
    );
  }

  find(id: string): Promise<StoredMessage | null> {
    const findIn = async (store: MessageStore) => (await store.byIds([id])).get(id)?.record ?? null;
    return this.fallback.withMongoFallback(
      async () => {
        const [one, other] = await Promise.all([findIn(this.mongodb), orNull(findIn(this.postgresql))]);
        return one && other ? mergeMessages(one, other) : (one ?? other);
      },
      () => findIn(this.postgresql),
      'ROOM_MESSAGE_FIND_DM',
    );
  }

  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null> {
    const findIn = (store: MessageStore) => store.bySender(roomId, memberId, clientId);
    return this.fallback.withMongoFallback(
      async () => (await findIn(this.mongodb)) ?? orNull(findIn(this.postgresql)),
      () => findIn(this.postgresql),
      'ROOM_MESSAGE_FIND_DM',
    );
  }

  async add(message: StoredMessage): Promise<AddedMessage> {
    const outcomes = await this.write(message, 'ROOM_MESSAGES_POST_DM');
    const twin = outcomes.find((outcome) => outcome.kind === 'twin');
    if (twin?.kind === 'twin') return { message: twin.twin, isNew: false };
    if (outcomes.every(isHeld)) return { message, isNew: outcomes[0]?.kind === 'put' };
    return { message: (await this.find(message.id)) ?? message, isNew: false };
  }

  async replace(message: StoredMessage, what: 'edit' | 'deletion'): Promise<boolean> {
    const operation = what === 'edit' ? 'ROOM_MESSAGES_PATCH_DM' : 'ROOM_MESSAGES_DELETE_DM';
    const [first] = await this.write(message, operation);
    return first !== undefined && isHeld(first);
  }

  /** The outcomes of the stores that were reached, MongoDB's first. */
  private async write(message: StoredMessage, operation: string): Promise<Outcome[]> {
    const { mongodb, postgresql } = await this.fallback.syncToBothDatabases<Outcome>(
      // Marked before the outcome of PostgreSQL is known, because a crash in between must not hide the difference.
      () => this.mongodb.put(message, true),
      (original) => this.copy(message, original),
      operation,
    );
    if (isHeldIn(mongodb) && isHeldIn(postgresql)) this.marks.clear(this.mongodb, message);
    else this.reconciler.wake();
    return [mongodb, postgresql].flatMap((one) => (one.isReached ? [one.value] : []));
  }

  private async copy(message: StoredMessage, original: StoreResult<Outcome>): Promise<Outcome> {
    // If MongoDB has another message instead, PostgreSQL has it too, or will receive it.
    if (original.isReached && !isHeld(original.value)) return original.value;
    const outcome = await this.postgresql.put(message, !original.isReached);
    if (outcome.kind !== 'orphaned') return outcome;
    if (original.isReached) await this.mongodb.remove(message.id);
    throw new NoSuchRoom();
  }

  /** A page of MongoDB, merged with the messages of the same range that only PostgreSQL has. */
  private merged(
    { direction, limit }: MessageRange,
    held: readonly StoredMessage[],
    marked: readonly StoredMessage[],
  ): StoredMessage[] {
    if (marked.length === 0) return [...held];
    const byId = new Map(held.map((message) => [message.id, message]));
    for (const message of marked) {
      const other = byId.get(message.id);
      byId.set(message.id, other ? mergeMessages(other, message) : message);
    }
    const sign = direction === 'before' ? -1 : 1;
    return [...byId.values()].toSorted((a, b) => sign * compare(a, b)).slice(0, limit);
  }
}

const isHeldIn = (result: StoreResult<Outcome>): boolean => result.isReached && isHeld(result.value);

const compare = (a: StoredMessage, b: StoredMessage): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);

/** Null: PostgreSQL is away, so the messages that only it has are unknown. */
async function orNull<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof StoreUnavailable && error.store === 'postgres') return null;
    throw error;
  }
}

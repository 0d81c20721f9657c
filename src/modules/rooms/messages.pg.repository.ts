import { and, asc, desc, eq, inArray, isNotNull, lte, type SQL, sql } from 'drizzle-orm';

import { firstIdSince } from '../../common/ids/ids.js';
import type { Held, PutOutcome, ReplicatedRecord } from '../../flows/fallback/replica.js';
import { GroupCommit } from '../../flows/queue/group-commit.js';
import type { LiveChannels } from '../../flows/live/live-channels.js';
import type { Postgres, Tx } from '../../stores/postgres/postgres.js';
import { violatedForeignKey, violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { differingMessageFields } from './merge-messages.js';
import type { StoredMessage } from './message.js';
import type { MessageRange, MessageStore } from './message-store.js';
import { type PendingPut, putStatement, type PutRow } from './messages-put.pg.repository.js';
import { type directMessages, messageColumns } from './messages.table.js';
import { roomChannel } from './room-channels.js';

/** In messages: some 16 MiB of the longest ones. */
const GROUPS = { perFlush: 100, waiting: 1_000 } as const;
const WALK = 1_000;

/** Messages in one of the two tables, which have equal columns. A put also notifies the followers of the room. */
export class MessagesRepository implements MessageStore {
  private readonly puts = new GroupCommit<PendingPut>(GROUPS, (puts) => this.flush(puts));

  constructor(
    private readonly postgres: Postgres,
    private readonly live: LiveChannels,
    private readonly table: typeof directMessages,
    /** Whether MongoDB has these messages too. */
    private readonly isCopy: boolean,
  ) {}

  async byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Held<StoredMessage>>> {
    if (ids.length === 0) return new Map();
    const rows = await this.select(inArray(this.table.id, [...ids]));
    return new Map(
      rows.map(({ unsyncedSince, ...record }) => [record.id, { record: messageOf(record), unsyncedSince }]),
    );
  }

  async range({ roomId, direction, from, limit }: MessageRange, only?: SQL): Promise<StoredMessage[]> {
    const { conversationId, createdAt, id } = this.table;
    const order = direction === 'before' ? [desc(createdAt), desc(id)] : [asc(createdAt), asc(id)];
    const operator = sql.raw(direction === 'before' ? '<' : '>');
    const afterPosition =
      from &&
      sql`(${createdAt}, ${id}) ${operator} (${from.createdAt.toISOString()}::timestamptz, ${from.id}::uuid)`;
    const rows = await this.postgres.run((db) =>
      db
        .select(replicatedColumns(this.table))
        .from(this.table)
        .where(and(eq(conversationId, roomId), afterPosition ?? undefined, only))
        .orderBy(...order)
        .limit(limit),
    );
    return rows.map(messageOf);
  }

  unsyncedRange(range: MessageRange): Promise<StoredMessage[]> {
    return this.range(range, isNotNull(this.table.unsyncedSince));
  }

  async bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null> {
    const { table } = this;
    const [row] = await this.select(
      and(eq(table.conversationId, roomId), eq(table.memberId, memberId), eq(table.clientId, clientId)),
    );
    return row ? messageOf(row) : null;
  }

  /** Messages that arrive while others are being written are written together. */
  async put(message: StoredMessage, isUnsynced: boolean): Promise<PutOutcome<StoredMessage>> {
    const pending: PendingPut = { message, isUnsynced, result: null };
    await this.puts.add([pending]);
    const { result } = pending;
    if (result === null) throw new Error('A put has no result');
    if (!(result instanceof Error)) return this.outcomeOf(message, result.found);
    if (violatedForeignKey(result)) return { kind: 'orphaned' };
    const twin = violatedUnique(result) && (await this.twinOf(message));
    if (!twin) throw result;
    return { kind: 'twin', twin };
  }

  async unsynced(until: Date, limit: number): Promise<StoredMessage[]> {
    const { unsyncedSince } = this.table;
    const rows = await this.postgres.run((db) =>
      db
        .select(replicatedColumns(this.table))
        .from(this.table)
        .where(and(isNotNull(unsyncedSince), lte(unsyncedSince, until)))
        .orderBy(asc(unsyncedSince))
        .limit(limit),
    );
    return rows.map(messageOf);
  }

  async countUnsynced(): Promise<number> {
    return this.postgres.run((db) => db.$count(this.table, isNotNull(this.table.unsyncedSince)));
  }

  async markSynced(records: readonly ReplicatedRecord[]): Promise<void> {
    if (records.length === 0) return;
    const given = JSON.stringify(records.map(({ id, version }) => ({ id, version })));
    await this.postgres.run((db) =>
      db.execute(sql`
        update ${this.table} as held set unsynced_since = null
        from jsonb_to_recordset(${given}::text::jsonb) as given(id uuid, version int)
        where held.id = given.id and held.version = given.version and held.unsynced_since is not null`),
    );
  }

  async remove(id: string): Promise<void> {
    await this.postgres.run((db) => db.delete(this.table).where(eq(this.table.id, id)));
  }

  async *walk(since: Date | null = null): AsyncGenerator<StoredMessage[]> {
    const { table } = this;
    let after = firstIdSince(since);
    for (;;) {
      const from = after;
      const rows = await this.postgres.run((db) =>
        db
          .select(replicatedColumns(table))
          .from(table)
          .where(sql`${table.id} > ${from}::uuid`)
          .orderBy(asc(table.id))
          .limit(WALK),
      );
      if (rows.length === 0) return;
      yield rows.map(messageOf);
      after = rows.at(-1)?.id ?? from;
    }
  }

  private select(where: SQL | undefined) {
    return this.postgres.run((db) => db.select(replicatedColumns(this.table)).from(this.table).where(where));
  }

  /** If one message is refused, those beside it must not be refused for that reason. */
  private async flush(puts: readonly PendingPut[]): Promise<void> {
    try {
      await this.write(puts);
    } catch (error) {
      const isRefusal = violatedForeignKey(error) !== null || violatedUnique(error) !== null;
      if (!isRefusal) throw error;
      for (const put of puts) {
        if (puts.length > 1) await this.flush([put]);
        else put.result = error as Error;
      }
    }
  }

  private async write(puts: readonly PendingPut[]): Promise<void> {
    // Of several puts of one record only the first is written. The outcomes of the others follow from the stored
    // record.
    const firsts = [...new Map(puts.toReversed().map((put) => [put.message.id, put])).values()];
    const rows = await this.postgres.run((db) =>
      db.execute<PutRow>(putStatement(this.table, firsts, this.isCopy)),
    );
    const found = new Map([...rows].map((row) => [row.id, row]));
    for (const put of puts) put.result = { found: null };
    for (const put of firsts) put.result = { found: found.get(put.message.id) ?? null };
    const rooms = new Set(
      firsts.filter(({ message }) => found.has(message.id)).map((put) => put.message.roomId),
    );
    for (const roomId of rooms) this.live.announce(roomChannel(roomId));
  }

  private async outcomeOf(message: StoredMessage, found: PutRow | null): Promise<PutOutcome<StoredMessage>> {
    if (found) return { kind: 'put' };
    const held = (await this.byIds([message.id])).get(message.id)?.record;
    // An earlier attempt of this message was written but not answered.
    return { kind: held && differingMessageFields(held, message).length === 0 ? 'same' : 'newer' };
  }

  private twinOf({ roomId, memberId, clientId }: StoredMessage): Promise<StoredMessage | null> {
    if (memberId === null || clientId === null) return Promise.resolve(null);
    return this.bySender(roomId, memberId, clientId);
  }

  /** Removes the author. In a copy, this counts as a change that MongoDB still has to receive. */
  async forgetAuthor(tx: Tx, userId: string): Promise<void> {
    await tx
      .update(this.table)
      .set({
        memberId: null,
        version: sql`${this.table.version} + 1`,
        ...(this.isCopy && { unsyncedSince: sql`now()` }),
      })
      .where(eq(this.table.memberId, userId));
  }
}

const replicatedColumns = (table: typeof directMessages) => ({
  ...messageColumns(table),
  unsyncedSince: table.unsyncedSince,
});

/** Without the mark, which is not part of the message. */
const messageOf = ({
  unsyncedSince: _,
  ...message
}: StoredMessage & { unsyncedSince?: Date | null }): StoredMessage => message;

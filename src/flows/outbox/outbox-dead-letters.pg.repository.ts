import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { newestFirst, olderThan } from '../../stores/postgres/keyset.js';
import type { Position } from '../../common/http/page.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { DeadLetter, DeadLetterDetail, DeadLetterQueue } from '../dead-letters/dead-letter.js';
import { type DeadRows, isDead, revive } from '../queue/dead-rows.pg.repository.js';
import { OUTBOX_CHANNEL } from './event-log.pg.repository.js';
import { outboxEvents } from './outbox-events.table.js';
import { outboxQueue } from './outbox.table.js';

const summary = {
  source: sql<'outbox'>`'outbox'`,
  id: outboxQueue.eventId,
  type: outboxEvents.type,
  aggregate: outboxQueue.aggregate,
  orgId: outboxEvents.organizationId,
  attempts: outboxQueue.attempts,
  lastError: outboxQueue.lastError,
  recordedAt: outboxEvents.recordedAt,
  // Of a dead letter it is never null.
  deadAt: sql<Date>`${outboxQueue.deadAt}`.mapWith(outboxQueue.deadAt),
};

const detail = {
  ...summary,
  actorUserId: outboxEvents.actorUserId,
  actorApiKeyId: outboxEvents.actorApiKeyId,
  subjectUserId: outboxEvents.subjectUserId,
  payload: outboxEvents.payload,
};

const letters: DeadRows = { table: outboxQueue, id: outboxQueue.eventId, deadAt: outboxQueue.deadAt };

/**
 * The events that no process delivers any more until an operator retries them. Uses the pool of requests, so that a
 * retry and the record of its `Idempotency-Key` are one transaction.
 */
@Injectable()
export class OutboxDeadLetters implements DeadLetterQueue {
  constructor(private readonly postgres: Postgres) {}

  list(limit: number, before: Position | null): Promise<DeadLetter[]> {
    return this.postgres.run((db) =>
      db
        .select(summary)
        .from(outboxQueue)
        .innerJoin(outboxEvents, eq(outboxEvents.id, outboxQueue.eventId))
        .where(isDead(letters, olderThan(outboxQueue.deadAt, outboxQueue.eventId, before)))
        .orderBy(...newestFirst(outboxQueue.deadAt, outboxQueue.eventId))
        .limit(limit),
    );
  }

  async find(id: string): Promise<DeadLetterDetail | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(detail)
        .from(outboxQueue)
        .innerJoin(outboxEvents, eq(outboxEvents.id, outboxQueue.eventId))
        .where(isDead(letters, eq(outboxQueue.eventId, id))),
    );
    return row ?? null;
  }

  async knows(id: string): Promise<boolean> {
    const rows = await this.postgres.run((db) =>
      db.select({ id: outboxEvents.id }).from(outboxEvents).where(eq(outboxEvents.id, id)),
    );
    return rows.length > 0;
  }

  /** Relays are notified when the transaction is committed. */
  async retry(ids: readonly string[] | 'all'): Promise<number> {
    return this.postgres.run(async (db) => {
      const revived = await revive(db, letters, ids);
      if (revived > 0) await db.execute(sql`select pg_notify(${OUTBOX_CHANNEL}, '')`);
      return revived;
    });
  }
}

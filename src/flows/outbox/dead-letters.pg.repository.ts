import { Injectable } from '@nestjs/common';
import { and, desc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { OUTBOX_CHANNEL } from './event-log.pg.repository.js';
import { outboxEvents } from './outbox-events.table.js';
import { outboxQueue } from './outbox.table.js';

/** An event that was given up after its attempts. */
export interface DeadLetter {
  eventId: string;
  type: string;
  aggregate: string;
  orgId: string;
  attempts: number;
  lastError: string | null;
  recordedAt: Date;
  deadAt: Date;
}

/** With what it would write, and who did it; without the address of whom it is about. */
export interface DeadLetterDetail extends DeadLetter {
  actorUserId: string | null;
  actorApiKeyId: string | null;
  subjectUserId: string | null;
  payload: unknown;
}

const summary = {
  eventId: outboxQueue.eventId,
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

const isDead = (...conditions: (SQL | undefined)[]) => and(isNotNull(outboxQueue.deadAt), ...conditions);

/**
 * The events that nobody delivers any more, until somebody says so. Through the pool of requests, so that a retry
 * and the record of its `Idempotency-Key` are one transaction.
 */
@Injectable()
export class DeadLetters {
  constructor(private readonly postgres: Postgres) {}

  /** Newest first; `before` is the last one of the page before. */
  list(limit: number, before: Pick<DeadLetter, 'deadAt' | 'eventId'> | null = null): Promise<DeadLetter[]> {
    const isBefore =
      before &&
      sql`(${outboxQueue.deadAt}, ${outboxQueue.eventId}) < (${before.deadAt.toISOString()}::timestamptz, ${before.eventId}::uuid)`;
    return this.postgres.run((db) =>
      db
        .select(summary)
        .from(outboxQueue)
        .innerJoin(outboxEvents, eq(outboxEvents.id, outboxQueue.eventId))
        .where(isDead(isBefore ?? undefined))
        .orderBy(desc(outboxQueue.deadAt), desc(outboxQueue.eventId))
        .limit(limit),
    );
  }

  /** Null for an event that is none, whether it waits, is delivered, or never was. */
  async find(eventId: string): Promise<DeadLetterDetail | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(detail)
        .from(outboxQueue)
        .innerJoin(outboxEvents, eq(outboxEvents.id, outboxQueue.eventId))
        .where(isDead(eq(outboxQueue.eventId, eventId))),
    );
    return row ?? null;
  }

  /** Whether the log has such an event, whatever became of it. */
  async isEvent(eventId: string): Promise<boolean> {
    const rows = await this.postgres.run((db) =>
      db.select({ id: outboxEvents.id }).from(outboxEvents).where(eq(outboxEvents.id, eventId)),
    );
    return rows.length > 0;
  }

  /** Gives these their full attempts again. Returns how many of them were dead letters. */
  retry(eventIds: readonly string[]): Promise<number> {
    return eventIds.length === 0
      ? Promise.resolve(0)
      : this.revive(inArray(outboxQueue.eventId, [...eventIds]));
  }

  /** Returns how many there were. */
  retryAll(): Promise<number> {
    return this.revive(undefined);
  }

  /** Relays hear of it when it is committed. */
  private revive(which: SQL | undefined): Promise<number> {
    return this.postgres.run(async (db) => {
      const revived = db.$with('revived').as(
        db
          .update(outboxQueue)
          .set({ deadAt: null, attempts: 0, leaseOwner: null, availableAt: sql`clock_timestamp()` })
          .where(isDead(which))
          .returning({ eventId: outboxQueue.eventId }),
      );
      const [row] = await db
        .with(revived)
        .select({ count: sql<number>`count(*)::int`, told: sql`pg_notify(${OUTBOX_CHANNEL}, '')` })
        .from(revived);
      return row?.count ?? 0;
    });
  }
}

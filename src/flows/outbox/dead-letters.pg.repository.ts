import { Injectable } from '@nestjs/common';

import { uuidArray } from './event-log.pg.repository.js';
import { OUTBOX_CHANNEL } from './event-log.pg.repository.js';
import { OutboxConnection } from './outbox-connection.js';

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

/** The events that nobody delivers any more, until somebody says so. */
@Injectable()
export class DeadLetters {
  constructor(private readonly connection: OutboxConnection) {}

  /** Newest first; `before` is the last one of the page before. */
  async list(
    limit: number,
    before: Pick<DeadLetter, 'deadAt' | 'eventId'> | null = null,
  ): Promise<DeadLetter[]> {
    const deadAt = before?.deadAt.toISOString() ?? 'infinity';
    const eventId = before?.eventId ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    return this.connection.run(
      'outbox.dead_letters',
      (sql) => sql<DeadLetter[]>`
        select q.event_id as "eventId", e.type, q.aggregate, e.organization_id as "orgId", q.attempts,
          q.last_error as "lastError", e.recorded_at as "recordedAt", q.dead_at as "deadAt"
        from outbox_queue q join outbox_events e on e.id = q.event_id
        where q.dead_at is not null and (q.dead_at, q.event_id) < (${deadAt}::text::timestamptz, ${eventId}::uuid)
        order by q.dead_at desc, q.event_id desc limit ${limit}`,
    );
  }

  /** Gives these their full attempts again. Returns how many of them were dead letters. */
  async retry(eventIds: readonly string[]): Promise<number> {
    const retried = await this.connection.run(
      'outbox.retry',
      (sql) => sql`
        with retried as (
          update outbox_queue set dead_at = null, attempts = 0, lease_owner = null, available_at = clock_timestamp()
          where event_id = any(${uuidArray(eventIds)}::uuid[]) and dead_at is not null returning event_id
        )
        select pg_notify(${OUTBOX_CHANNEL}, '') from retried`,
    );
    return retried.length;
  }
}

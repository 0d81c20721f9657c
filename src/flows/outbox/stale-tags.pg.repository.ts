import { Injectable } from '@nestjs/common';

import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { lockClaims, plannedForLongQueue } from '../queue/queue-statements.js';
import type { RecordedEvent } from './domain-event.js';
import { EVENT_COLUMNS, eventOf } from './event-row.js';
import { OutboxTuning } from './outbox-tuning.js';

/** The rows of the queue whose cache tags may not have been replaced. */
@Injectable()
export class StaleTagRows {
  constructor(
    private readonly connection: QueueConnection,
    private readonly tuning: OutboxTuning,
  ) {}

  /** Events whose cache tags may not have been replaced, and which no delivery under way will handle. */
  find(): Promise<RecordedEvent[]> {
    return this.connection.run('outbox.stale_tags', async (sql) => {
      const [, rows] = await sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<Record<string, unknown>[]>`
          select ${tx.unsafe(EVENT_COLUMNS)} from outbox_queue q join outbox_events e on e.id = q.event_id
          where not q.is_invalidated
            and (q.is_delivered or q.dead_at is not null or q.available_at <= statement_timestamp())
          order by q.position limit ${this.tuning.batchSize}`,
      ]);
      return rows.map(eventOf).filter((event) => event !== null);
    });
  }

  /**
   * Records that the tags of these events were replaced. A row that was delivered in the meantime is left for the next
   * round. Runs under the lock of claims, because it changes rows that are due: a claim would skip such a row and take
   * the row behind it.
   */
  async replaced(events: readonly RecordedEvent[]): Promise<void> {
    const ids = uuidArray(events.map((event) => event.id));
    await this.connection.run('outbox.tags_replaced', (sql) =>
      sql.begin((tx) => [
        lockClaims(tx),
        tx`
          with finished as (
            delete from outbox_queue where event_id = any(${ids}::uuid[]) and is_delivered and readdressed_in is null)
          update outbox_queue set is_invalidated = true
          where event_id = any(${ids}::uuid[]) and (not is_delivered or readdressed_in is not null)`,
      ]),
    );
  }
}

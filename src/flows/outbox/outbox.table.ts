import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/**
 * What is still to be done for an event. A row that is delivered, whose cache tags were replaced and that nothing has to
 * follow is deleted, so the table stays as small as the backlog and a claim costs the same whatever the log's size.
 *
 * `available_at` in the future with a `lease_owner`: being delivered by that process; without: backing off.
 */
export const outboxQueue = pgTable(
  'outbox_queue',
  {
    eventId: uuid('event_id').primaryKey(),
    /** Drawn under the aggregate's lock: within an aggregate it follows the order of commits. */
    position: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    aggregate: text().notNull(),
    availableAt: timestamp('available_at', { withTimezone: true }).notNull(),
    leaseOwner: uuid('lease_owner'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    /** Written in MongoDB; the row only waits for the cache to be told. */
    isDelivered: boolean('is_delivered').notNull().default(false),
    /** The event's cache tags were replaced after its commit. */
    isInvalidated: boolean('is_invalidated').notNull().default(false),
    deadAt: moment('dead_at'),
    /**
     * Null: nothing is left to follow. Else the address of somebody has changed with the event, older entries about them
     * still have to follow, and these are the organisations in which some may have been changed already.
     */
    readdressedIn: text('readdressed_in').array(),
  },
  (table) => [
    index('outbox_queue_readdressing_idx')
      .on(table.position)
      .where(sql`${table.readdressedIn} is not null`),
    // `position > 0` always holds: who does not ask so cannot be planned to look for an aggregate here.
    index('outbox_queue_pending_idx')
      .on(table.position)
      .where(sql`not ${table.isDelivered} and ${table.deadAt} is null and ${table.position} > 0`),
    index('outbox_queue_pending_aggregate_idx')
      .on(table.aggregate, table.position)
      .where(sql`not ${table.isDelivered} and ${table.deadAt} is null`),
    index('outbox_queue_stale_tags_idx')
      .on(table.position)
      .where(sql`not ${table.isInvalidated}`),
    index('outbox_queue_dead_idx')
      .on(table.deadAt, table.eventId)
      .where(sql`${table.deadAt} is not null`),
  ],
);

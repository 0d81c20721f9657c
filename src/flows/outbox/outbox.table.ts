import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/**
 * The remaining work for an event. A row is deleted once its event is delivered, its cache tags are replaced, and no
 * older entries have to follow it. So the table stays as small as the backlog, and the cost of a claim does not depend
 * on the size of the log.
 *
 * `available_at` in the future with a `lease_owner`: being delivered by that process; without: backing off.
 */
export const outboxQueue = pgTable(
  'outbox_queue',
  {
    eventId: uuid('event_id').primaryKey(),
    /** Drawn under the aggregate's lock, so within an aggregate it follows the order of commits. */
    position: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    aggregate: text().notNull(),
    availableAt: timestamp('available_at', { withTimezone: true }).notNull(),
    leaseOwner: uuid('lease_owner'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    /** Written to MongoDB. The row only waits until the cache tags are replaced. */
    isDelivered: boolean('is_delivered').notNull().default(false),
    /** The event's cache tags were replaced after its commit. */
    isInvalidated: boolean('is_invalidated').notNull().default(false),
    deadAt: moment('dead_at'),
    /**
     * Null: no older entries have to follow. Otherwise the event changed the address of an account, older entries
     * about it still have to follow, and these are the organisations in which some may have been changed already.
     */
    readdressedIn: text('readdressed_in').array(),
  },
  (table) => [
    index('outbox_queue_readdressing_idx')
      .on(table.position)
      .where(sql`${table.readdressedIn} is not null`),
    // `position > 0` is always true. Only queries that repeat the condition can use this index, which keeps the
    // planner from using it to look up an aggregate.
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

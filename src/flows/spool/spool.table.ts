import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * Documents that were accepted while MongoDB could not be reached, until MongoDB has them. A row is deleted once it is
 * delivered and its cache tags are replaced.
 *
 * `available_at` in the future with a `lease_owner`: being delivered by that process; without: backing off.
 */
export const spool = pgTable(
  'spool',
  {
    /** The document's `_id`, so that a document that a timed-out write may have stored already is recognised. */
    id: uuid().primaryKey(),
    /** Within an aggregate, the order in which the requests were answered. */
    position: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    organizationId: uuid('organization_id').notNull(),
    collection: text().notNull(),
    aggregate: text().notNull(),
    /**
     * BSON, byte for byte as MongoDB is to receive it. JSON would lose dates, and EJSON would mistake a client's
     * `$date` for one.
     */
    document: bytea().notNull(),
    /**
     * The account whose address goes into `user_email` on delivery. The address itself is not stored here, because it
     * may be erased.
     */
    subjectUserId: uuid('subject_user_id'),
    tags: text().array().notNull(),
    acceptedAt: moment('accepted_at').notNull(),
    availableAt: timestamp('available_at', { withTimezone: true }).notNull(),
    leaseOwner: uuid('lease_owner'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    /** Written to MongoDB. The row only waits until the cache tags are replaced. */
    isDelivered: boolean('is_delivered').notNull().default(false),
    deadAt: moment('dead_at'),
  },
  (table) => [
    // `position > 0` is always true. Only queries that repeat the condition can use this index, which keeps the
    // planner from using it to look up an aggregate.
    index('spool_pending_idx')
      .on(table.position)
      .where(sql`not ${table.isDelivered} and ${table.deadAt} is null and ${table.position} > 0`),
    index('spool_pending_aggregate_idx')
      .on(table.aggregate, table.position)
      .where(sql`not ${table.isDelivered} and ${table.deadAt} is null`),
    index('spool_stale_tags_idx')
      .on(table.position)
      .where(sql`${table.isDelivered}`),
    index('spool_dead_idx')
      .on(table.deadAt, table.id)
      .where(sql`${table.deadAt} is not null`),
  ],
);

import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/**
 * The event log: one row for each event, which never changes, except for an erasure of personal data and for delivered
 * content. It is partitioned by its UUIDv7: one partition for each month, created in advance, and a default one, so
 * that an insert never fails. Drizzle can express neither the partitions nor `outbox_make_partitions`, so they are in
 * a migration, and a push leaves this table out (`drizzle.config.ts`). No foreign key references this table or leaves
 * it, so that a month can be dropped.
 */
export const outboxEvents = pgTable(
  'outbox_events',
  {
    id: uuid().primaryKey(),
    aggregateType: text('aggregate_type').notNull(),
    aggregateId: text('aggregate_id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    type: text().notNull(),
    actorUserId: uuid('actor_user_id'),
    actorApiKeyId: uuid('actor_api_key_id'),
    subjectUserId: text('subject_user_id'),
    subjectEmail: text('subject_email'),
    payload: jsonb().notNull(),
    content: jsonb(),
    tags: text().array().notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (table) => [
    // Finds the events that an erasure has to change, and whether a person was erased.
    index('outbox_events_subject_user_id_type_idx')
      .on(table.subjectUserId, table.type)
      .where(sql`${table.subjectUserId} is not null`),
  ],
);

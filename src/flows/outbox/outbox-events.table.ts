import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/**
 * The event log: one row for each event, never changed (an erasure of personal data, and delivered content, excepted). Partitioned by its UUIDv7:
 * a partition for each month, made ahead, and a default one, so that an insert never fails. Drizzle has no words for that,
 * nor for `outbox_make_partitions`: they stand in a migration, and a push leaves this table out (`drizzle.config.ts`).
 * No foreign key points here or from here, so that a month can be dropped.
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
    // Finds what an erasure has to change, and whether a person was erased.
    index('outbox_events_subject_user_id_type_idx')
      .on(table.subjectUserId, table.type)
      .where(sql`${table.subjectUserId} is not null`),
  ],
);

import type { TransactionSql } from 'postgres';

import type { EventType } from '../../flows/outbox/domain-event.js';
import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.js';
import { withConnection } from '../../stores/postgres/migrations/index.js';
import type { Database } from './documents.mongo.repository.js';
import { eventsIn, type PostgresSnapshot } from './postgres-snapshot.js';

/** Events that change existing entries: they write the account's new address into them, or erase it. */
const CHANGING: readonly EventType[] = ['user.updated', 'user.deleted'];
const BATCH = 1_000;

/**
 * Accounts that were changed after the snapshot. Their older entries in MongoDB may be newer than the snapshot. To be
 * read after MongoDB was read to its end.
 */
export async function usersChangedAfter(url: string, snapshot: PostgresSnapshot): Promise<string[]> {
  const recent = await withConnection(
    url,
    (sql) => sql<{ id: string; user_id: string }[]>`
      select id::text as id, aggregate_id as user_id from outbox_events
      where recorded_at >= ${snapshot.floor.toISOString()}::text::timestamptz
        and type in (select json_array_elements_text(${JSON.stringify(CHANGING)}::text::json))`,
  );
  const changed = new Set<string>();
  for (let from = 0; from < recent.length; from += BATCH) {
    const batch = recent.slice(from, from + BATCH);
    const before = await eventsIn(
      snapshot.tx,
      batch.map(({ id }) => id),
    );
    for (const { id, user_id } of batch) if (!before.has(id)) changed.add(user_id);
  }
  return [...changed].sort();
}

/** Sets the entries about these accounts to the addresses in the restored PostgreSQL. */
export async function restoreAddresses(
  tx: TransactionSql,
  db: Database,
  userIds: readonly string[],
): Promise<void> {
  for (const id of userIds) {
    const [user] = await tx<{ email: string }[]>`select email from users where id = ${id}::text::uuid`;
    await db
      .collection(ACTIVITY_COLLECTION)
      .updateMany({ user_id: id }, { $set: { user_email: user?.email ?? null } });
  }
}

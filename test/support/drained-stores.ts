import mongoose from 'mongoose';
import postgres from 'postgres';

import { ACTIVITY_COLLECTION, type ActivityLog } from '../../src/modules/activity/activity-log.js';
import { eventually } from './eventually.js';

/** Waits until no event of the outbox waits for MongoDB. Returns the time that took, in milliseconds. */
export async function outboxDrained(postgresUrl: string, deadlineMs: number): Promise<number> {
  const sql = postgres(postgresUrl, { max: 1 });
  const startedAt = performance.now();
  try {
    await eventually(
      () => sql<{ count: number }[]>`select count(*)::int as count from outbox_queue`,
      ([row]) => row?.count === 0,
      deadlineMs,
    );
    return performance.now() - startedAt;
  } finally {
    await sql.end();
  }
}

/** Every activity entry of the organisation, read without the service. */
export async function activityOf(mongoUri: string, orgId: string): Promise<ActivityLog[]> {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    const logs = connection.collection<ActivityLog>(ACTIVITY_COLLECTION);
    return await logs.find({ organization_id: orgId }).toArray();
  } finally {
    await connection.close();
  }
}

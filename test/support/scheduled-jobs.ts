import type { JobRef } from '../../src/flows/scheduler/scheduled-job.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';

interface Application {
  get: (token: typeof Postgres) => Postgres;
}

/** Makes a scheduled job due at once, so that no test waits for it. Throws if there is none. */
export async function makeDue(app: Application, { job, orgId, key }: JobRef): Promise<void> {
  const { sql } = app.get(Postgres);
  const changed = await sql`
    update scheduled_jobs set due_at = clock_timestamp(), available_at = clock_timestamp()
    where job = ${job} and organization_id = ${orgId} and key = ${key} returning id`;
  if (changed.length === 0) throw new Error(`${job} is not scheduled for ${key}`);
}

/** Makes a periodic job due at once. Throws if it is not declared yet. */
export async function makePeriodDue(app: Application, job: string): Promise<void> {
  const { sql } = app.get(Postgres);
  const changed = await sql`
    update scheduled_jobs set due_at = clock_timestamp(), available_at = clock_timestamp()
    where job = ${job} and organization_id is null returning id`;
  if (changed.length === 0) throw new Error(`${job} is not declared`);
}

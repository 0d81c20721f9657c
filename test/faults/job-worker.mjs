// A worker of the built service with two more handlers, for `worker-killed`: the effect of one is in PostgreSQL, of the other elsewhere.
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'drizzle-orm';
import { z } from 'zod';

import { createApp } from '../../dist/app.setup.js';
import { parseConfig } from '../../dist/config/parse-config.js';
import { Jobs } from '../../dist/flows/scheduler/jobs.js';
import { Postgres } from '../../dist/stores/postgres/postgres.js';

const app = await createApp(parseConfig(process.env));
const insert = (job, key) =>
  sql`insert into effects (job, key, late_ms) select ${job}::text, ${key}::text,
    extract(epoch from clock_timestamp() - due_at) * 1000 from scheduled_jobs where job = ${job} and key = ${key}`;

app.get(Jobs).register({
  name: 'test.transactional',
  kind: 'transactional',
  payload: z.undefined(),
  run: async (tx, { job, key }) => {
    await tx.execute(insert(job, key));
    await pause(20);
  },
});
app.get(Jobs).register({
  name: 'test.idempotent',
  kind: 'idempotent',
  payload: z.undefined(),
  run: async ({ job, key }) => {
    await app.get(Postgres).run((db) => db.execute(insert(job, key)));
    await pause(20);
  },
});
process.stdout.write('ready');

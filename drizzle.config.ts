import { globSync } from 'node:fs';

import { defineConfig } from 'drizzle-kit';

/** Of a database drizzle-kit reads no partitioned table, and would ask to create it: a push leaves this one out. */
const PARTITIONED = 'outbox_events';
const isPush = process.argv.includes('push');
const tables = globSync('./src/**/*.table.ts').filter(
  (file) => !isPush || !file.endsWith('outbox-events.table.ts'),
);

/** `npm run db:generate` compares these tables with the last snapshot, without a database; src/cli fills in the credentials. */
export default defineConfig({
  dialect: 'postgresql',
  schema: tables,
  out: './drizzle',
  tablesFilter: [`!${PARTITIONED}`, `!${PARTITIONED}_*`],
  dbCredentials: JSON.parse(process.env['DRIZZLE_CREDENTIALS'] ?? '{}') as { url: string },
});

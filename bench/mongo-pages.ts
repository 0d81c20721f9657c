// `npm run bench -- --mongo-pages`: what a newest-first page of MongoDB costs by the length of the list.
import { randomUUID } from 'node:crypto';

import { describeFailure } from '../src/cli/terminal/explained.js';
import { parseConfig } from '../src/config/parse-config.js';
import { newId } from '../src/common/ids/ids.js';
import type { ActivityLog } from '../src/modules/activity/activity-log.js';
import { Mongo } from '../src/stores/mongo/mongo.js';
import { Pages } from '../src/stores/mongo/pages.js';
import { createMongoDatabase } from './world/bench-database.js';

/** As the activity log, with the two indexes that these pages use: seven would take minutes to fill. */
const COLLECTION = 'paged_entries';
const SIZES = [10_000, 300_000];
const PAGE = 50;
const SAMPLES = 40;
const PLAIN_SAMPLES = 5;
const BATCH = 5_000;
/** One entry every seven seconds: 300,000 are 24 days. */
const STEP_MS = 7_000;

const ORDER = ['occurred_at', '_id'] as const;
type Position = readonly [Date, string] | null;

/** The `n`th newest entry of an organisation that has nothing else. */
const entry = (organization_id: string, now: number, n: number): ActivityLog => ({
  _id: newId(),
  organization_id,
  event_type: `event_${n % 20}`,
  user_id: null,
  user_email: null,
  actor_id: null,
  api_key_id: null,
  resource_type: null,
  resource_id: null,
  payload: { page: '/dashboard', duration_ms: n },
  occurred_at: new Date(now - n * STEP_MS),
  recorded_at: new Date(now),
  source: 'api',
});

async function fill(mongo: Mongo, organizationId: string, now: number, size: number): Promise<void> {
  const collection = mongo.collection<ActivityLog>(COLLECTION);
  for (let from = 0; from < size; from += BATCH) {
    const length = Math.min(BATCH, size - from);
    await collection.insertMany(
      Array.from({ length }, (_, n) => entry(organizationId, now, from + n)),
      { ordered: false },
    );
  }
}

async function medianMs(samples: number, work: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  await work();
  for (let turn = 0; turn < samples; turn += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return (times.toSorted((a, b) => a - b)[Math.floor(samples / 2)] ?? 0).toFixed(1);
}

async function measure(mongo: Mongo, size: number, now: number): Promise<string[][]> {
  const organization_id = randomUUID();
  await fill(mongo, organization_id, now, size);
  // Past the liveness of the connection, which would take a server for dead that reads for seconds.
  const run = { value: <T>(_name: string, operation: () => Promise<T>) => operation() };
  const plain = new Pages(Object.create(mongo, { stopsAtLimit: { value: true }, run }) as Mongo);
  const seam = new Pages(mongo);
  const read = (pages: Pages, filter: Record<string, string>, after: Position) => () =>
    pages.newest<ActivityLog>(COLLECTION, {
      filter: { organization_id, ...filter },
      sort: ORDER,
      after,
      limit: PAGE + 1,
    });
  const at = (n: number): Position => [new Date(now - n * STEP_MS), newId()];
  const places: [string, Record<string, string>, Position][] = [
    ['first page', {}, null],
    ['page in the middle', {}, at(Math.floor(size / 2))],
    ['last page', {}, at(size - 20)],
    ['first page of one event type', { event_type: 'event_7' }, null],
  ];
  const rows: string[][] = [];
  for (const [place, filter, after] of places) {
    const startedAt = performance.now();
    await read(seam, filter, after)();
    const first = (performance.now() - startedAt).toFixed(1);
    rows.push([
      place,
      size.toLocaleString('en'),
      first,
      await medianMs(SAMPLES, read(seam, filter, after)),
      await medianMs(PLAIN_SAMPLES, read(plain, filter, after)),
    ]);
  }
  return rows;
}

async function main(): Promise<void> {
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined) throw new Error('MONGODB_URI is not set: run it as npm run bench -- --mongo-pages');
  const database = await createMongoDatabase(uri);
  const mongo = new Mongo(parseConfig({ ...process.env, MONGODB_URI: database.url }));
  try {
    await mongo.onModuleInit();
    process.stdout.write(`The server ${mongo.stopsAtLimit ? 'stops' : 'does not stop'} at the limit.\n\n`);
    process.stdout.write(
      '| page of 50 | entries | first read, ms | through the seam, ms | one query, ms |\n',
    );
    process.stdout.write('| --- | --- | --- | --- | --- |\n');
    const now = Date.now();
    const collection = mongo.collection(COLLECTION);
    await collection.createIndex({ organization_id: 1, occurred_at: -1, _id: -1 });
    await collection.createIndex({ organization_id: 1, event_type: 1, occurred_at: -1, _id: -1 });
    for (const size of SIZES)
      for (const row of await measure(mongo, size, now)) process.stdout.write(`| ${row.join(' | ')} |\n`);
  } finally {
    await mongo.onApplicationShutdown();
    await database.drop();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(describeFailure(error));
  process.exitCode = 1;
}

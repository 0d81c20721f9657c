import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { OutboxQueue } from '../../../src/flows/outbox/outbox-queue.pg.repository.js';
import { OutboxTuning } from '../../../src/flows/outbox/outbox-tuning.js';
import { SpoolQueue } from '../../../src/flows/spool/spool-queue.pg.repository.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import {
  anEvent,
  createTestStores,
  Flows,
  LEFT_TO_RELAYS,
  type TestStores,
} from './support/flows-harness.js';
import { timeLimit } from '../../support/time-limit.js';

const BACKLOG = 50_000;
/** Rows of an outage that the queue has seen before. */
const EARLIER = 20_000;
const BATCH = 500;
const SAMPLES = 20;
const DOCUMENT = Buffer.from(mongoose.mongo.BSON.serialize({ _id: 'd', organization_id: 'o' }));

describe(`behind ${BACKLOG} waiting events`, () => {
  let stores: TestStores;
  let flows: Flows;
  beforeAll(async () => {
    stores = await createTestStores();
    flows = await Flows.start(stores, {
      env: { PROCESS_ROLE: 'api' },
      tuning: { ...LEFT_TO_RELAYS, batchSize: 10 },
    });
  });
  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  const median = async (work: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < SAMPLES; n += 1) {
      const at = performance.now();
      await work();
      times.push(performance.now() - at);
    }
    return times.sort((a, b) => a - b)[SAMPLES / 2] ?? Infinity;
  };

  // The statements' plans are cached while the queue is empty, as they are in a service that runs.
  it('adding and claiming cost what they cost before', async () => {
    const add = () => flows.commit(anEvent());
    const claim = () => flows.get(OutboxQueue).claim();
    const before = { add: await median(add), claim: await median(claim) };
    await flows.get(Postgres).sql`
      with event as (
        insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
        select gen_random_uuid(), 'user', n::text, gen_random_uuid(), 'user.updated', '{}', '{}', now()
        from generate_series(1, ${BACKLOG}::int) as n returning id, aggregate_id)
      insert into outbox_queue (event_id, aggregate, available_at) select id, 'user:' || aggregate_id, now() from event`;
    const after = { add: await median(add), claim: await median(claim) };
    const shown = ({ add: added, claim: claimed }: typeof before) =>
      `add ${added.toFixed(1)} ms, claim ${claimed.toFixed(1)} ms`;
    console.info(`empty queue: ${shown(before)}; behind ${BACKLOG}: ${shown(after)}`);
    // Reading the whole queue would take tens of milliseconds.
    expect(after.add).toBeLessThan(before.add + timeLimit(10));
    expect(after.claim).toBeLessThan(before.claim + timeLimit(10));
  });

  const queues = {
    outbox_queue: {
      fill: (count: number) => flows.get(Postgres).sql`
        with event as (
          insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
          select gen_random_uuid(), 'user', (n % 30)::text, gen_random_uuid(), 'user.updated', '{}', '{}', now()
          from generate_series(1, ${count}::int) as n returning id, aggregate_id)
        insert into outbox_queue (event_id, aggregate, available_at) select id, 'user:' || aggregate_id, now() from event`,
      claim: async () => (await flows.get(OutboxQueue).claim()).events.length,
    },
    spool: {
      fill: (count: number) => flows.get(Postgres).sql`
        insert into spool (id, organization_id, collection, aggregate, document, tags, accepted_at, available_at)
        select gen_random_uuid(), gen_random_uuid(), 'activity_logs', 'r:' || n % 30, ${DOCUMENT}, '{}', now(), now()
        from generate_series(1, ${count}::int) as n`,
      claim: async () => (await flows.get(SpoolQueue).claim()).length,
    },
  };

  // What a vacuum has last seen is what the planner believes, until the next one.
  it.each(['outbox_queue', 'spool'] as const)(
    'claiming from %s costs no more where PostgreSQL believes it empty',
    async (table) => {
      const { sql } = flows.get(Postgres);
      const { fill, claim } = queues[table];
      Object.assign(flows.get(OutboxTuning), { batchSize: BATCH });
      await sql`alter table ${sql(table)} set (autovacuum_enabled = false)`;
      await sql`delete from ${sql(table)}`;
      await fill(EARLIER);
      await sql`delete from ${sql(table)}`;
      await sql`vacuum (truncate false) ${sql(table)}`;
      await fill(BACKLOG);
      const [believed] =
        await sql`select reltuples, relpages > 0 as has_pages from pg_class where relname = ${table}`;
      expect(believed).toEqual({ reltuples: 0, has_pages: true });
      const at = performance.now();
      expect(await claim()).toBe(BATCH);
      const claimMs = performance.now() - at;
      console.info(`${table}, believed empty, of ${BACKLOG}: claim ${claimMs.toFixed(1)} ms`);
      expect(claimMs).toBeLessThan(1_000);
    },
    60_000,
  );
});

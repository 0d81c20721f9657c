import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { newId } from '../../src/common/ids/ids.js';
import { Config } from '../../src/config/config.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { JOURNAL_COLLECTION } from '../../src/modules/journal/journal-entry.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { ApiFleet } from '../support/api-fleet.js';
import { outboxDrained } from '../support/drained-stores.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { startPrivateMongo } from '../support/private-mongo.js';
import type { PrivateStore } from '../support/private-store.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('journal-limit');
const CREATES = run.size(160, 500);
const KILLS = run.size(3, 10);
const LIMIT = 100;
const CONCURRENCY = 24;
const PROCESSES = 2;
const ENTRIES = '/api/v1/journal/entries';

interface Setting {
  mongo: PrivateStore;
  stores: TestStores;
  fleet: ApiFleet;
  me: Tenant;
}

describeWithPrivate('mongodb')(
  `${CREATES} entries against a limit of ${LIMIT}, the service and MongoDB killed`,
  () => {
    let setting: Setting | null = null;

    beforeAll(async () => {
      const mongo = await startPrivateMongo('journal-limit');
      const uri = new URL(mongo.url);
      uri.pathname = '/journal_limit';
      const stores = await createTestStores({ MONGODB_URI: uri.toString() });
      const app = await createApp(stores.config);
      const me = await seedTenant(app);
      await app.close();
      const fleet = new ApiFleet(stores.env);
      await Promise.all(Array.from({ length: PROCESSES }, () => fleet.grow()));
      setting = { mongo, stores, fleet, me };
    }, 120_000);
    afterAll(async () => {
      await setting?.fleet.stop();
      await setting?.stores.drop();
      await setting?.mongo.stop();
    });

    /** The same request, under one key, until it is taken or refused for good. */
    async function create({ fleet, me }: Setting, n: number): Promise<number> {
      const headers = { 'idempotency-key': newId() };
      for (;;) {
        const request = { token: me.token, headers, body: { title: `Entry ${n}`, content: 'One more day' } };
        const answer = await fleet.request('POST', ENTRIES, request);
        if (answer && ![409, 503].includes(answer.status)) return answer.status;
        await pause(50);
      }
    }

    /** At points of the work that `done` counts, up to `of`. */
    async function killAtRandom({ fleet, mongo }: Setting, done: () => number, of: number): Promise<void> {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const at = Math.floor((of * (kill + run.random())) / KILLS);
        await eventually(
          () => Promise.resolve(done()),
          (count) => count >= at,
          120_000,
        );
        if (kill % 2 === 1) {
          await fleet.kill(run.between(0, fleet.size - 1));
          await fleet.grow();
        } else {
          await mongo.kill();
          await pause(run.between(400, 900));
          await mongo.restart();
        }
      }
    }

    it('takes exactly as many as the plan allows, each once', async () => {
      if (!setting) throw new Error('Not set up');
      const world = setting;
      const statuses: number[] = [];
      let next = 0;
      const client = async (): Promise<void> => {
        while (next < CREATES) {
          next += 1;
          statuses.push(await create(world, next));
        }
      };
      await Promise.all([
        killAtRandom(world, () => statuses.length, LIMIT / 2),
        ...Array.from({ length: CONCURRENCY }, client),
      ]);
      await outboxDrained(world.stores.config.postgres.url, 60_000);

      const taken = statuses.filter((status) => status === 201 || status === 202).length;
      run.report(
        `${taken} taken, ${statuses.filter((status) => status === 202).length} of them while MongoDB was away`,
      );
      expect(statuses.filter((status) => ![201, 202, 403].includes(status))).toEqual([]);
      expect(taken).toBe(LIMIT);
      const app = await createApp(new Config({ ...world.stores.config, processRole: 'api' }));
      try {
        const { sql } = app.get(Postgres);
        expect(await sql`select total_entries from entry_counts where user_id = ${world.me.userId}`).toEqual([
          { total_entries: LIMIT },
        ]);
        const entries = app.get(Mongo).collection(JOURNAL_COLLECTION);
        expect(await entries.countDocuments({ user_id: world.me.userId } as object)).toBe(LIMIT);
        const report = await app.get(Reconciliation).verify({ detailLimit: 20 });
        expect(report.details).toEqual([]);
      } finally {
        await app.close();
      }
      await half(world);
    }, 300_000);

    /** Deletions of many at once give each place back once, whatever dies. */
    async function half(world: Setting): Promise<void> {
      const { fleet, me, stores } = world;
      const page = await fleet.request('GET', `${ENTRIES}?limit=50`, { token: me.token });
      const ids = z
        .object({ data: z.array(z.object({ id: z.string() })) })
        .parse(page?.body)
        .data.map(({ id }) => id);
      let answered = 0;
      const remove = async (id: string): Promise<void> => {
        for (;;) {
          const answer = await fleet.request('DELETE', `${ENTRIES}/${id}`, { token: me.token });
          if (answer && [204, 404].includes(answer.status)) {
            answered += 1;
            return;
          }
          await pause(50);
        }
      };
      await Promise.all([
        killAtRandom(world, () => answered, ids.length),
        ...ids.flatMap((id) => [remove(id), remove(id)]),
      ]);
      await outboxDrained(stores.config.postgres.url, 60_000);
      const app = await createApp(new Config({ ...stores.config, processRole: 'api' }));
      try {
        const left = await app.get(Postgres)
          .sql`select total_entries from entry_counts where user_id = ${me.userId}`;
        expect(left).toEqual([{ total_entries: LIMIT - ids.length }]);
        const only = ['journal-counts', 'journal-entries', 'journal-contents'];
        expect((await app.get(Reconciliation).verify({ only, detailLimit: 20 })).details).toEqual([]);
      } finally {
        await app.close();
      }
    }
  },
);

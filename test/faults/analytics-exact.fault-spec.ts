import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import mongoose from 'mongoose';
import postgres from 'postgres';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { ANALYTICS_COLLECTION, type AnalyticsEvent } from '../../src/modules/analytics/analytics-event.js';
import { ROLL_UPS_COLLECTION, type RollUp, WRITES_COLLECTION } from '../../src/modules/analytics/roll-up.js';
import { seedTenant } from '../factories/tenant.js';
import { ApiFleet } from '../support/api-fleet.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';

const run = new FaultRun('analytics-exact');
const BATCHES = run.size(40, 200);
const SIZE = 100;
const CLIENTS = 6;
const AWAY_MS = 500;
const NAMES = ['view', 'click', 'buy'];

const answerShape = z.object({ outcomes: z.array(z.object({ status: z.number() })) });

describeWithPrivate('mongodb', 'redis')(`${BATCHES} batches of ${SIZE} events, a fifth sent again`, () => {
  let stores: PrivateStores;
  let fleet: ApiFleet;
  let env: Record<string, string> = {};
  let token = '';
  let orgId = '';

  beforeAll(async () => {
    stores = await startPrivateStores('analytics-exact');
    const uri = new URL(stores.env.MONGODB_URI);
    uri.pathname = '/analytics';
    env = { ...stores.env, MONGODB_URI: uri.toString(), NODE_ENV: 'test', LOG_LEVEL: 'silent' };
    const app = await createApp(parseConfig(env));
    ({ token, orgId } = await seedTenant(app));
    await app.close();
    fleet = new ApiFleet(env);
    await fleet.grow();
    await fleet.grow();
  }, 180_000);

  afterAll(async () => {
    await fleet.stop();
    await stores.stop();
  });

  const sent: string[] = [];
  const acknowledged = new Set<string>();
  const statuses = new Map<number, number>();

  /** A fifth are events of earlier batches, under the same `message_id`. */
  function newBatch(number: number): Record<string, unknown>[] {
    return Array.from({ length: SIZE }, (_, n) => {
      const isRepeat = sent.length > 0 && run.random() < 0.2;
      const id = isRepeat ? (sent[run.between(0, sent.length - 1)] ?? '') : `b${number}-${n}`;
      if (!isRepeat) sent.push(id);
      const [batch = 0, place = 0] = id.slice(1).split('-').map(Number);
      const atMs = Date.UTC(2026, 9, 25) + (((batch * SIZE + place) * 7_919_000) % (3 * 86_400_000));
      return {
        event_name: NAMES[place % NAMES.length],
        user_id: `u${place}`,
        message_id: id,
        timestamp: new Date(atMs).toISOString(),
      };
    });
  }

  /** As a client does that wants every event to arrive: again until each is acknowledged. */
  async function send(events: readonly Record<string, unknown>[]): Promise<void> {
    for (;;) {
      const answer = await fleet.request('POST', '/api/v1/analytics/batch', { token, body: { events } });
      const { success, data } = answerShape.safeParse(answer?.body);
      const outcomes = success ? data.outcomes : [];
      for (const [index, { status }] of outcomes.entries()) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status <= 202) acknowledged.add(String(events[index]?.['message_id']));
      }
      if (outcomes.length > 0 && outcomes.every(({ status }) => status <= 202)) return;
      await pause(50);
    }
  }

  async function load(during: (done: () => number) => Promise<void>): Promise<void> {
    let next = 0;
    let done = 0;
    const client = async (): Promise<void> => {
      for (let number = next++; number < BATCHES; number = next++) {
        await send(newBatch(number));
        done += 1;
      }
    };
    await Promise.all([...Array.from({ length: CLIENTS }, client), during(() => done)]);
  }

  const reached = (done: () => number, count: number) =>
    eventually(
      () => Promise.resolve(done()),
      (sofar) => sofar >= count,
      240_000,
    );

  /** Until the spool is empty and every write is counted, by the recovery where its process died. */
  async function settled(connection: mongoose.Connection): Promise<void> {
    const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1 });
    try {
      await eventually(
        async () => {
          const [row] = await sql<{ count: number }[]>`select count(*)::int as count from spool`;
          return (row?.count ?? -1) + (await connection.collection(WRITES_COLLECTION).countDocuments());
        },
        (left) => left === 0,
        180_000,
      );
    } finally {
      await sql.end();
    }
  }

  it('MongoDB killed once, the service twice: stored is what was acknowledged, and counted once', async () => {
    await load(async (done) => {
      await reached(done, BATCHES / 4);
      await stores.mongodb.kill();
      await pause(AWAY_MS);
      await stores.mongodb.restart();
      for (const part of [2, 3]) {
        await reached(done, (BATCHES * part) / 4);
        await fleet.kill(0);
        await fleet.grow();
      }
    });
    const connection = await mongoose.createConnection(env['MONGODB_URI'] ?? '').asPromise();
    try {
      await settled(connection);
      const stored = await connection
        .collection<AnalyticsEvent>(ANALYTICS_COLLECTION)
        .find({ organization_id: orgId }, { projection: { message_id: 1, event_name: 1, day: 1 } })
        .toArray();
      const rollUps = await connection
        .collection<RollUp>(ROLL_UPS_COLLECTION)
        .find({ organization_id: orgId })
        .toArray();
      const told = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
      run.report(`${sent.length} events, ${told}; ${stored.length} stored, ${rollUps.length} roll-ups`);
      expect(new Set(stored.map(({ message_id: id }) => id))).toEqual(acknowledged);
      expect(stored).toHaveLength(acknowledged.size);
      expect(acknowledged.size).toBe(sent.length);
      const recounted = new Map<string, number>();
      for (const { event_name: name, day } of stored)
        recounted.set(`${day} ${name}`, (recounted.get(`${day} ${name}`) ?? 0) + 1);
      expect(new Map(rollUps.map(({ event_name: name, day, count }) => [`${day} ${name}`, count]))).toEqual(
        recounted,
      );
    } finally {
      await connection.close();
    }
    await fleet.stop();
    const app = await createApp(parseConfig({ ...env, PROCESS_ROLE: 'api' }));
    try {
      const report = await app.get(Reconciliation, { strict: false }).verify();
      expect(report.details).toEqual([]);
      expect(report.ok).toBe(true);
    } finally {
      await app.close();
    }
  }, 600_000);
});

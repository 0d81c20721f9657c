import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import {
  FOCUS_SESSIONS_COLLECTION,
  type FocusSession,
} from '../../src/modules/focus-sessions/focus-session.js';
import { SpoolStats } from '../../src/flows/spool/spool-stats.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { startPrivateMongo } from '../support/private-mongo.js';
import type { PrivateStore } from '../support/private-store.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = new FaultRun('focus-ticks');
const PATH = '/api/v1/focus-sessions';
const TICKS = run.size(300, 1_500);
const SESSIONS = run.size(3, 20);
const LOST = 0.2;
const CONCURRENCY = 16;
const AWAY_MS = 500;

const shape = z.looseObject({ id: z.uuid(), elapsed_seconds: z.number() });

interface Ticked {
  id: string;
  person: Tenant;
  /** Some are lost, all others come twice, in any order. */
  sent: number[];
}

describeWithPrivate('mongodb')(`${TICKS} ticks of each of ${SESSIONS} focus sessions`, () => {
  let mongodb: PrivateStore;
  let t: TestApp;
  beforeAll(async () => {
    mongodb = await startPrivateMongo('focus-ticks');
    const uri = new URL(mongodb.url);
    uri.pathname = '/focus_ticks';
    t = await createTestApp({ MONGODB_URI: uri.toString() });
  });
  afterAll(async () => {
    await t.close();
    await mongodb.stop();
  });

  const shuffled = <T>(items: T[]): T[] =>
    items
      .map((item) => [run.random(), item] as const)
      .toSorted(([one], [other]) => one - other)
      .map(([, item]) => item);

  /** It began long enough ago for all of its ticks. */
  async function begun(): Promise<Ticked> {
    const person = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const body = { session_type: 'pomodoro', planned_duration_seconds: 1_500 };
    const answer = await t.request('POST', PATH, { token: person.token, body });
    const { id } = shape.parse(answer.body);
    await t.app
      .get(Mongo)
      .collection<FocusSession>(FOCUS_SESSIONS_COLLECTION)
      .updateOne({ _id: id }, { $set: { started_at: new Date(Date.now() - TICKS * 2_000) } });
    const kept = Array.from({ length: TICKS }, (_, n) => n + 1).filter(() => run.random() >= LOST);
    return { id, person, sent: shuffled([...kept, ...kept]) };
  }

  it('give the elapsed time to the second while MongoDB is killed in the middle', async () => {
    const sessions: Ticked[] = [];
    for (let n = 0; n < SESSIONS; n += 1) sessions.push(await begun());
    const queue = shuffled(
      sessions.flatMap(({ id, person, sent }) => sent.map((seconds) => ({ id, person, seconds }))),
    );
    const answers = new Map<number, number>();
    let next = 0;
    const client = async (): Promise<void> => {
      for (let tick = queue[next++]; tick; tick = queue[next++]) {
        const { id, person, seconds } = tick;
        const { status } = await t.request('POST', `${PATH}/${id}/ticks`, {
          token: person.token,
          body: { elapsed_seconds: seconds },
        });
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    };
    const outage = async (): Promise<void> => {
      await eventually(
        () => Promise.resolve(next),
        (done) => done > queue.length / 3,
        120_000,
      );
      await mongodb.kill();
      await pause(AWAY_MS);
      await mongodb.restart();
    };
    await Promise.all([...Array.from({ length: CONCURRENCY }, client), outage()]);
    await eventually(
      async () => (await t.app.get(SpoolStats, { strict: false }).snapshot()).pending,
      (pending) => pending === 0,
      60_000,
    );
    const told = [...answers].map(([status, count]) => `${count} × ${status}`).join(', ');
    const elapsed: number[] = [];
    for (const { id, person } of sessions) {
      const { body } = await t.request('GET', `${PATH}/${id}`, { token: person.token });
      elapsed.push(shape.parse(body).elapsed_seconds);
    }
    run.report(`${queue.length} ticks: ${told}`);
    expect([...answers.keys()].toSorted()).toEqual([200, 202]);
    expect(elapsed).toEqual(sessions.map(({ sent }) => Math.max(...sent)));
  }, 300_000);
});

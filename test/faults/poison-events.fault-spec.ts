import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { DeadLetters } from '../../src/flows/dead-letters/dead-letters.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../src/modules/activity/activity-log.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { anEvent, Flows } from '../integration/flows/support/flows-harness.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';
import { timeLimit } from '../support/time-limit.js';

const run = new FaultRun('poison-events');
const POISON = run.size(10, 100);
const ATTEMPTS = 4;
const OTHERS_WITHIN_MS = timeLimit(100);

describe(`${POISON} poison events`, () => {
  const orgId = newId();
  const poison = Array.from({ length: POISON }, () => anEvent({ orgId, payload: { unique: 0 } }));
  const follower = ({ aggregate }: (typeof poison)[number]) =>
    anEvent({ orgId, aggregate, payload: { follows: true } });
  let stores: TestStores;
  let flows: Flows;

  beforeAll(async () => {
    stores = await createTestStores();
    flows = await Flows.start(stores, {
      tuning: { maxAttempts: ATTEMPTS, backOffBaseMs: 400, pollMs: 50 },
    });
    await unique()?.createIndex({ 'payload.unique': 1 }, { unique: true, sparse: true });
    await flows.commit(anEvent({ orgId, payload: { unique: 0 } }));
  });

  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  const unique = () => flows.get(Mongo).connection.db?.collection(ACTIVITY_COLLECTION);
  const letters = () => flows.get(DeadLetters).list(POISON + 1);
  const isFollower = ({ payload }: ActivityLog): boolean => payload['follows'] === true;
  const isEntered = (count: number) =>
    eventually(
      () => flows.entries(orgId),
      (found) => found.length === count,
      20_000,
    );

  /** Until every poison event is given up: how long others waited for their entries, and who overtook a poison event. */
  async function othersMeanwhile(): Promise<{ delays: number[]; overtook: string[] }> {
    const delays: number[] = [];
    const overtook: string[] = [];
    for (let dead = 0; dead < POISON;) {
      const at = performance.now();
      const other = anEvent();
      await flows.commit(other);
      await eventually(
        () => flows.entries(other.orgId),
        (entries) => entries.length === 1,
      );
      delays.push(performance.now() - at);
      // In this order: what is followed by now was given up before, or else has been overtaken.
      const followed = (await flows.entries(orgId)).filter(isFollower);
      const given = new Set((await letters()).map(({ aggregate }) => aggregate));
      dead = given.size;
      overtook.push(...followed.map((entry) => `user:${entry.resource_id}`).filter((key) => !given.has(key)));
    }
    return { delays: delays.sort((a, b) => a - b), overtook };
  }

  it('are given up after their attempts; their aggregates wait that long, and nobody else', async () => {
    await Promise.all(poison.map((each) => flows.commit(each)));
    await Promise.all(poison.map((each) => flows.commit(follower(each))));
    const { delays, overtook } = await othersMeanwhile();
    const quantile = (share: number): number => delays[Math.floor(delays.length * share)] ?? Infinity;
    run.report(
      `${POISON} dead letters, ${overtook.length} overtaken; meanwhile ${delays.length} others, each after ` +
        `${quantile(0.5).toFixed(0)} ms (median), ${quantile(0.99).toFixed(0)} ms (p99), ${quantile(1 - 1e-9).toFixed(0)} ms (max)`,
    );
    expect(overtook).toEqual([]);
    expect(quantile(run.isFull ? 0.99 : 0.5)).toBeLessThan(OTHERS_WITHIN_MS);
    const entries = await isEntered(1 + POISON);
    expect(entries.filter(isFollower)).toHaveLength(POISON);
    const dead = await letters();
    expect(dead).toHaveLength(POISON);
    for (const letter of dead)
      expect(letter).toMatchObject({ attempts: ATTEMPTS, orgId, type: 'user.updated' });
    expect(dead[0]?.lastError).toContain('E11000');

    await unique()?.dropIndex('payload.unique_1');
    expect(await flows.get(DeadLetters).retry(dead.map(({ id }) => id))).toBe(POISON);
    await isEntered(1 + 2 * POISON);
    await eventually(
      () => flows.counts(),
      ({ queued }) => queued === 0,
      10_000,
    );
  }, 300_000);
});

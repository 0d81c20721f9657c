import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CleaningJob } from '../../../src/modules/features/metrics/cleaning.job.js';
import { UsageCounter } from '../../../src/modules/features/metrics/usage-counter.service.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';
const DAY_MS = 86_400_000;

interface StaleFlag {
  key: string;
  reasons: string[];
  last_seen_at: string | null;
}

describe('the usage of feature flags', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (key: string, given: Record<string, unknown> = {}) => {
    const body = { key, name: key, flag_type: 'boolean', default_value: false, ...given };
    expect((await t.request('POST', PATH, { body })).status).toBe(201);
  };
  const evaluate = (body: Record<string, unknown>) => t.request('POST', `${PATH}/evaluate`, { body });
  const flush = () => t.app.get(UsageCounter).flush();
  const age = (key: string, days: number) =>
    t.app
      .get(Mongo)
      .collection('feature_flags')
      .updateOne({ key }, { $set: { created_at: new Date(Date.now() - days * DAY_MS), version: 7 } });
  const staleFlags = async (query = '') => {
    const { body } = await t.request('GET', `${PATH}/stale${query}`);
    return body as { data: StaleFlag[]; page: { next_cursor: string | null } };
  };

  it('is counted by hour, with variants', async () => {
    const variants = [{ name: 'red.$x', weight: 1 }];
    await create('counted', {
      environments: { production: { enabled: true, variants }, qa: { enabled: false } },
    });
    for (let n = 0; n < 3; n++) await evaluate({ environment: 'production', keys: ['counted'] });
    await flush();
    for (let n = 0; n < 2; n++) await evaluate({ environment: 'production', keys: ['counted'] });
    await evaluate({ environment: 'qa', keys: ['counted'] });
    await evaluate({ environment: 'made-up', keys: ['counted'] });
    await flush();
    const { body } = await t.request('GET', `${PATH}/counted/metrics`);
    const { data } = body as { data: { environment: string; hour: string; yes: number }[] };
    const sum = (environment: string) =>
      data.filter((hour) => hour.environment === environment).reduce((all, { yes }) => all + yes, 0);
    expect(sum('production')).toBe(5);
    expect(data[0]).toMatchObject({ hour: expect.stringMatching(/:00:00\.000Z$/) });
    expect(data.find(({ environment }) => environment === 'qa')).toMatchObject({ yes: 0, no: 1 });
    expect(sum('made-up')).toBe(0);
    expect(JSON.stringify(body)).toContain('"red.$x":');
    const qa = await t.request('GET', `${PATH}/counted/metrics?environment=qa`);
    expect((qa.body as { data: unknown[] }).data).toHaveLength(1);
    const past = await t.request('GET', `${PATH}/counted/metrics?to=2020-01-01T00:00:00Z`);
    expect(past.body).toEqual({ data: [] });
    expect((await t.request('GET', `${PATH}/absent/metrics`)).status).toBe(404);
  });

  it('is forgotten after 90 days, and deleted flags once their entries are written', async () => {
    const mongo = t.app.get(Mongo);
    await create('gone');
    await t.request('DELETE', `${PATH}/gone`);
    const hour = new Date(Date.now() - 91 * DAY_MS);
    await mongo.collection('feature_metrics').updateMany({ key: 'counted', yes: 3 }, { $set: { hour } });
    const left = async () => [
      await mongo.collection('feature_metrics').countDocuments({ hour: { $lte: hour } }),
      await mongo.collection('feature_flags').countDocuments({ deleted: true }),
    ];
    await eventually(
      async () => {
        await t.app.get(CleaningJob).run();
        return left();
      },
      (counts) => counts.every((count) => count === 0),
    );
    expect((await t.request('GET', `${PATH}/counted/metrics`)).status).toBe(200);
  });

  it('says which flags can probably go, and why', async () => {
    const all = { production: { enabled: true }, qa: { enabled: true, rollout_percentage: 100 } };
    await create('a-marked', { stale: true });
    await create('b-rolled-out', { environments: all });
    await create('c-fresh', { environments: { ...all, qa: { enabled: false } } });
    await create('d-old', { environments: { production: { enabled: true }, qa: { enabled: false } } });
    await create('e-old-used', { environments: { production: { enabled: true }, qa: { enabled: false } } });
    await create('f-past', { lifetime_days: 7 });
    for (const key of ['d-old', 'e-old-used']) await age(key, 31);
    await age('f-past', 8);
    await t.request('PATCH', `${PATH}/c-fresh`, { body: { owner: 'web' } });
    await evaluate({ environment: 'production', keys: ['e-old-used'] });
    await flush();
    const { data } = await staleFlags();
    const reasons = Object.fromEntries(data.map((flag) => [flag.key, flag.reasons]));
    delete reasons['counted'];
    expect(reasons).toEqual({
      'a-marked': ['marked'],
      'b-rolled-out': ['fully_rolled_out'],
      'd-old': ['unused'],
      'f-past': ['past_lifetime'],
    });
    const first = await staleFlags('?limit=2');
    expect(first.data.map(({ key }) => key)).toEqual(['a-marked', 'b-rolled-out']);
    const second = await staleFlags(`?limit=2&cursor=${first.page.next_cursor ?? ''}`);
    expect(second.data.map(({ key }) => key)).toEqual(['d-old', 'f-past']);
  });
});

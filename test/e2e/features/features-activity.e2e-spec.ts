import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seedKey } from '../../factories/api-key.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';

interface Entry {
  event_type: string;
  actor_id: string | null;
  api_key_id: string | null;
  payload: { key: string; version?: number; paths?: string[] };
}

describe('the activity log of feature flags', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const flag = (key: string) => ({ key, name: key, flag_type: 'boolean', default_value: false });
  const create = async (key: string) =>
    ((await t.request('POST', PATH, { body: flag(key) })).body as { id: string }).id;
  /** Oldest first. */
  const entries = async (id: string, type = 'feature_flag') => {
    const { body } = await t.request('GET', `/api/v1/activity?resource_type=${type}&resource_id=${id}`);
    return (body as { data: Entry[] }).data.toReversed();
  };

  it('has one entry for each change, with the paths alone: constraints hold addresses', async () => {
    const id = await create('logged');
    const strategies = [
      {
        name: 'default',
        constraints: [{ contextName: 'email', operator: 'IN', values: ['ada@example.com'] }],
      },
    ];
    const environment = `${PATH}/logged/environments/production`;
    await t.request('PUT', environment, { body: { enabled: true, strategies } });
    await t.request('PATCH', `${PATH}/logged`, { body: { stale: true, owner: 'web' } });
    await t.request('PATCH', `${PATH}/logged`, { body: { stale: true } });
    await t.request('POST', `${PATH}/logged/rollback`, { body: { version: 1 } });
    await t.request('PUT', `${environment}/schedule`, {
      body: { at: '2126-01-01T00:00:00Z', change: { enabled: false } },
    });
    await t.request('DELETE', `${environment}/schedule`);
    await t.request('POST', `${PATH}/logged/archive`);
    expect((await t.request('DELETE', `${PATH}/logged`)).status).toBe(204);
    const found = await entries(id);
    expect(found.map(({ event_type: type, payload }) => [type, payload.version, payload.paths])).toEqual([
      ['feature_flag.created', 1, []],
      ['feature_flag.updated', 2, ['/environments/production']],
      ['feature_flag.updated', 3, ['/owner', '/stale']],
      ['feature_flag.rolled_back', 4, expect.arrayContaining(['/environments/production', '/stale'])],
      ['feature_flag.schedule_set', undefined, undefined],
      ['feature_flag.schedule_removed', undefined, undefined],
      ['feature_flag.archived', 5, ['/archived']],
      ['feature_flag.deleted', undefined, undefined],
    ]);
    expect(JSON.stringify(found)).not.toContain('ada@example.com');
    expect(found[0]).toMatchObject({ actor_id: t.tenant.userId, api_key_id: null });
  });

  it('names the API key, and knows segments and imports', async () => {
    const token = await seedKey(t.app, t.tenant, ['features:write', 'activity:read']);
    const body = {
      features: [{ name: 'brought', enabled: true }],
      segments: [{ id: 9, name: 'S', constraints: [] }],
    };
    await t.request('POST', `${PATH}/import`, { body, token });
    await t.request('POST', `${PATH}/import`, { body, token });
    const { id } = (await t.request('GET', `${PATH}/brought`)).body as { id: string };
    const [entry, ...more] = await entries(id);
    expect(entry).toMatchObject({ event_type: 'feature_flag.imported', payload: { key: 'brought' } });
    expect(entry?.api_key_id).not.toBeNull();
    expect(more).toEqual([]);
    await t.request('PUT', '/api/v1/segments/9', { body: { name: 'T', constraints: [] } });
    await t.request('DELETE', '/api/v1/segments/9');
    const segments = await t.request('GET', '/api/v1/activity?resource_type=segment');
    expect((segments.body as { data: Entry[] }).data.map(({ event_type: type }) => type)).toEqual([
      'segment.deleted',
      'segment.updated',
      'segment.imported',
    ]);
  });

  it('has one entry for a POST that is repeated with its Idempotency-Key', async () => {
    const post = (path: string, body: unknown, key: string) =>
      t.request('POST', path, { body, headers: { 'idempotency-key': key } });
    const first = await post(PATH, flag('once'), 'k1');
    const again = await post(PATH, flag('once'), 'k1');
    expect([first.status, again.status, again.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(again.body).toEqual(first.body);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect((await post(PATH, flag('other'), 'k1')).status).toBe(422);
    expect((await post(PATH, flag('once'), 'k2')).status).toBe(409);
    for (let n = 0; n < 2; n++) await post(`${PATH}/once/archive`, {}, 'k3');
    const { id } = first.body as { id: string };
    expect((await entries(id)).map(({ event_type: type }) => type)).toEqual([
      'feature_flag.created',
      'feature_flag.archived',
    ]);
    const segment = { name: 'S', constraints: [] };
    const made = await post('/api/v1/segments', segment, 'k4');
    expect((await post('/api/v1/segments', segment, 'k4')).body).toEqual(made.body);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seedTenant } from '../../factories/tenant.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';

/** The body of S0's `curl`. */
const NEW_DASHBOARD = {
  key: 'new_dashboard',
  name: 'New Dashboard',
  flag_type: 'boolean',
  default_value: false,
  rollout_percentage: 10,
  environments: { development: { enabled: true }, production: { enabled: false } },
};

const paths = ({ body }: { body: unknown }): string[] =>
  (body as { errors: { path: string }[] }).errors.map(({ path }) => path).toSorted();

describe('features', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (given: Record<string, unknown> = {}) => {
    const body = { ...NEW_DASHBOARD, key: `flag-${Math.random()}`, rollout_percentage: null, ...given };
    const answer = await t.request('POST', PATH, { body });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    return answer.body as Record<string, never> & { key: string; version: number };
  };
  const at = (key: string) => `${PATH}/${encodeURIComponent(key)}`;
  const evaluate = async (body: Record<string, unknown>, app = t.app) => {
    const answer = await request(app, 'POST', `${PATH}/evaluate`, { token: t.tenant.token, body });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return (answer.body as { flags: Record<string, Record<string, unknown>> }).flags;
  };

  it('takes the flag of the example and shows it', async () => {
    const answer = await t.request('POST', PATH, { body: NEW_DASHBOARD });
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toBe(`${PATH}/new_dashboard`);
    expect(answer.body).toEqual({
      ...NEW_DASHBOARD,
      id: expect.any(String),
      description: null,
      environments: {
        development: { enabled: true, rollout_percentage: null, strategies: [], variants: [] },
        production: { enabled: false, rollout_percentage: null, strategies: [], variants: [] },
      },
      parents: [],
      tags: [],
      owner: null,
      lifetime_days: null,
      stale: false,
      archived: false,
      version: 1,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const read = await t.request('GET', `${PATH}/new_dashboard`);
    expect(read.status).toBe(200);
    expect(read.headers['x-data-source']).toBe('mongodb');
    expect(read.body).toEqual(answer.body);
    const again = await t.request('POST', PATH, { body: NEW_DASHBOARD });
    expect({ status: again.status, code: (again.body as { code: string }).code }).toEqual({
      status: 409,
      code: 'features.key_taken',
    });
    const flags = await evaluate({ environment: 'production', context: { userId: 'ada' } });
    expect(flags['new_dashboard']).toEqual({
      value: false,
      variant: null,
      reason: 'DISABLED',
      metadata: { version: 1 },
    });
  });

  it('keeps keys and JSON values as they are given, whatever is in them', async () => {
    const key = 'Größe/50% ?#&.$x ☂ {a}';
    const value = { $set: { 'a.b': [1, null, { $x: 'y' }] }, '': 0 };
    const environments = { 'eu.west-1': { enabled: true, value } };
    const created = await create({ key, flag_type: 'json', default_value: { $no: 1 }, environments });
    const read = await t.request('GET', at(key));
    expect(read.body).toEqual(created);
    expect((await evaluate({ environment: 'eu.west-1', keys: [key] }))[key]).toMatchObject({ value });
    const patched = await t.request('PATCH', at(key), { body: { default_value: { '$push.x': 2 } } });
    expect(patched.body).toMatchObject({ default_value: { $no: 1, '$push.x': 2 }, version: 2 });
    const long = 'ü'.repeat(200);
    await create({ key: long });
    expect((await t.request('GET', at(long))).status).toBe(200);
  });

  it('changes by PUT, PATCH and by environment, and counts the versions', async () => {
    const { key } = await create({ tags: ['a'] });
    const put = await t.request('PUT', at(key), {
      body: { name: 'B', flag_type: 'string', default_value: 'x', environments: { qa: { enabled: true } } },
    });
    expect({ status: put.status, body: put.body }).toMatchObject({
      status: 200,
      body: { key, name: 'B', tags: [], version: 2, default_value: 'x' },
    });
    const patch = await t.request('PATCH', at(key), {
      body: { tags: ['b'], environments: { qa: { value: 'y' }, live: { enabled: false } } },
    });
    expect(patch.body).toMatchObject({
      version: 3,
      tags: ['b'],
      environments: { qa: { enabled: true, value: 'y' }, live: { enabled: false } },
    });
    const environment = await t.request('PUT', `${at(key)}/environments/live`, { body: { enabled: true } });
    expect(environment.body).toMatchObject({ version: 4, environments: { live: { enabled: true } } });
    const removed = await t.request('PATCH', at(key), { body: { environments: { live: null } } });
    expect(Object.keys((removed.body as { environments: object }).environments)).toEqual(['qa']);
    const nothing = await t.request('PATCH', at(key), { body: { tags: ['b'] } });
    expect(nothing.body).toMatchObject({ version: 5 });
  });

  it('refuses a change of a version that is not the current one', async () => {
    const { key } = await create();
    const { etag = '' } = (await t.request('GET', at(key))).headers;
    const headers = { 'if-match': etag };
    expect((await t.request('PATCH', at(key), { body: { stale: true }, headers })).status).toBe(200);
    for (const [method, path, body] of [
      ['PATCH', at(key), { stale: false }],
      ['PUT', `${at(key)}/environments/qa`, { enabled: true }],
      ['DELETE', at(key), undefined],
    ] as const)
      expect((await t.request(method, path, { body, headers })).status).toBe(412);
  });

  it('loses no change of many at once', async () => {
    const { key } = await create({ environments: {} });
    const names = Array.from({ length: 12 }, (_, at) => `env-${at}`);
    const answers = await Promise.all(
      names.map((name) => t.request('PUT', `${at(key)}/environments/${name}`, { body: { enabled: true } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const read = await t.request('GET', at(key));
    expect(read.body).toMatchObject({ version: 13 });
    expect(Object.keys((read.body as { environments: object }).environments).toSorted()).toEqual(
      names.toSorted(),
    );
    const history = await t.request('GET', `${at(key)}/history?limit=100`);
    expect((history.body as { data: { version: number }[] }).data.map(({ version }) => version)).toEqual(
      Array.from({ length: 13 }, (_, at) => 13 - at),
    );
  });

  it('lets parents stand one level deep, without a cycle, and keeps what others depend on', async () => {
    const parent = await create();
    const child = await create({ parents: [{ key: parent.key }] });
    for (const [key, parents] of [
      ['grandchild', [{ key: child.key }]],
      [parent.key, [{ key: child.key }]],
      [parent.key, [{ key: parent.key }]],
    ] as const) {
      const answer =
        key === 'grandchild'
          ? await t.request('POST', PATH, { body: { ...NEW_DASHBOARD, key, parents } })
          : await t.request('PATCH', at(key), { body: { parents } });
      expect(answer.status).toBe(422);
    }
    expect((await t.request('DELETE', at(parent.key))).status).toBe(409);
    expect((await t.request('POST', `${at(parent.key)}/archive`)).status).toBe(409);
    expect((await t.request('PATCH', at(parent.key), { body: { archived: true } })).status).toBe(409);
    expect((await t.request('DELETE', at(child.key))).status).toBe(204);
    expect((await t.request('DELETE', at(parent.key))).status).toBe(204);
    expect((await t.request('GET', at(parent.key))).status).toBe(404);
  });

  it('keeps each version with a patch, and goes back to one', async () => {
    const { key } = await create({ environments: { qa: { enabled: false } } });
    await t.request('PATCH', at(key), { body: { environments: { qa: { enabled: true } } } });
    await t.request('POST', `${at(key)}/archive`);
    expect(await evaluate({ environment: 'qa', keys: [key] })).toEqual({});
    const back = await t.request('POST', `${at(key)}/rollback`, { body: { version: 2 } });
    expect(back.body).toMatchObject({ version: 4, archived: false, environments: { qa: { enabled: true } } });
    expect((await evaluate({ environment: 'qa', keys: [key] }))[key]).toMatchObject({ value: true });
    const first = await t.request('GET', `${at(key)}/history?limit=2`);
    const { data, page } = first.body as { data: unknown[]; page: { next_cursor: string } };
    expect(data).toMatchObject([
      { version: 4, kind: 'rolled_back', patch: [{ op: 'replace', path: '/archived', value: false }] },
      { version: 3, kind: 'archived', actor_id: t.tenant.userId, api_key_id: null },
    ]);
    const second = await t.request('GET', `${at(key)}/history?limit=2&cursor=${page.next_cursor}`);
    expect(second.body).toMatchObject({
      data: [
        { version: 2, patch: [{ op: 'replace', path: '/environments/qa/enabled', value: true }] },
        { version: 1, kind: 'created' },
      ],
      page: { next_cursor: null },
    });
    expect((await t.request('POST', `${at(key)}/rollback`, { body: { version: 9 } })).status).toBe(404);
  });

  it('forgets a deleted flag with its history', async () => {
    const { key } = await create();
    await t.request('PATCH', at(key), { body: { stale: true } });
    expect((await t.request('DELETE', at(key))).status).toBe(204);
    await create({ key });
    const history = await t.request('GET', `${at(key)}/history`);
    expect((history.body as { data: unknown[] }).data).toHaveLength(1);
  });

  it('lists flags by page and filter', async () => {
    const tag = 'listed';
    const keys = [];
    for (let n = 0; n < 5; n++) keys.push((await create({ tags: [tag], stale: n === 0 })).key);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await t.request('GET', `${PATH}?tag=${tag}&limit=2${cursor}`);
      const { data, page } = body as { data: { key: string }[]; page: { next_cursor: string | null } };
      seen.push(...data.map(({ key }) => key));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(keys.toReversed());
    const stale = await t.request('GET', `${PATH}?tag=${tag}&stale=true`);
    expect((stale.body as { data: { key: string }[] }).data.map(({ key }) => key)).toEqual(keys.slice(0, 1));
    expect((await t.request('GET', `${PATH}?colour=red`)).status).toBe(400);
  });

  it('shares constraints by segments, which flags follow at once', async () => {
    const segment = (values: string[]) => ({
      name: 'Staff',
      constraints: [{ contextName: 'email', operator: 'STR_ENDS_WITH', values }],
    });
    const made = await t.request('POST', '/api/v1/segments', { body: segment(['@a.example']) });
    expect(made.status).toBe(201);
    const { id } = made.body as { id: number };
    expect(made.headers['location']).toBe(`/api/v1/segments/${id}`);
    expect((await t.request('GET', `/api/v1/segments/${id}`)).body).toEqual(made.body);
    const environments = { qa: { enabled: true, strategies: [{ name: 'default', segments: [id] }] } };
    const { key } = await create({ environments });
    const isOn = async () =>
      (await evaluate({ environment: 'qa', context: { email: 'x@b.example' }, keys: [key] }))[key]?.['value'];
    expect(await isOn()).toBe(false);
    const put = await t.request('PUT', `/api/v1/segments/${id}`, { body: segment(['@b.example']) });
    expect(put.status).toBe(200);
    expect(await isOn()).toBe(true);
    expect((await t.request('DELETE', `/api/v1/segments/${id}`)).status).toBe(409);
    await t.request('DELETE', at(key));
    expect((await t.request('DELETE', `/api/v1/segments/${id}`)).status).toBe(204);
    expect((await t.request('GET', `/api/v1/segments/${id}`)).status).toBe(404);
    const list = await t.request('GET', '/api/v1/segments');
    expect((list.body as { data: { id: number }[] }).data.map((one) => one.id)).not.toContain(id);
    const wrong = await t.request('POST', '/api/v1/segments', {
      body: { name: 'x', constraints: [{ contextName: 'a', operator: 'NO' }] },
    });
    expect({ status: wrong.status, paths: paths(wrong) }).toEqual({
      status: 422,
      paths: ['constraints.0.operator'],
    });
  });

  it('keeps organisations apart, and refuses who may not', async () => {
    const { key } = await create();
    const other = await seedTenant(t.app);
    expect((await t.request('GET', at(key), { token: other.token })).status).toBe(404);
    const theirs = await t.request('POST', PATH, { token: other.token, body: { ...NEW_DASHBOARD, key } });
    expect(theirs.status).toBe(201);
    const viewer = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'viewer' });
    expect((await t.request('GET', at(key), { token: viewer.token })).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', PATH, { ...NEW_DASHBOARD, key: 'viewed' }],
      ['PATCH', at(key), { stale: true }],
      ['DELETE', at(key), undefined],
      ['POST', `${at(key)}/archive`, undefined],
      ['POST', `${at(key)}/rollback`, { version: 1 }],
      ['PUT', `${at(key)}/environments/qa`, { enabled: true }],
      ['POST', '/api/v1/segments', { name: 'x', constraints: [] }],
    ] as const)
      expect({ path, ...(await t.request(method, path, { body, token: viewer.token })) }).toMatchObject({
        path,
        status: 403,
      });
    expect((await t.request('GET', PATH, { token: null })).status).toBe(401);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { createTestApp, request, type TestApp } from '../../support/test-app.js';
import { unleashSpecifications } from '../../support/unleash-specification.js';

const PATH = '/api/v1/features';
/** What a key for tests sees. */
const ENVIRONMENT = 'development';

interface EvaluatedFlag {
  value: unknown;
  variant: string | null;
  metadata: { payload?: unknown };
}

interface Toggle {
  name: string;
  variant: { name: string; payload?: unknown };
}

const ran = { flags: 0, variants: 0, frontend: 0, exported: 0 };

describe('the specification of Unleash, through HTTP', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const importInto = async (tenant: Tenant, body: unknown, environment = ENVIRONMENT) => {
    const answer = await request(t.app, 'POST', `${PATH}/import?environment=${environment}`, {
      token: tenant.token,
      body,
    });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return answer.body;
  };
  const evaluate = async (tenant: Tenant, context: unknown, key: string) => {
    const answer = await request(t.app, 'POST', `${PATH}/evaluate`, {
      token: tenant.token,
      body: { environment: ENVIRONMENT, context, keys: [key] },
    });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return (answer.body as { flags: Record<string, EvaluatedFlag> }).flags[key];
  };
  /** As an SDK in a browser asks. */
  const toggle = async (token: string, context: unknown, key: string) => {
    const answer = await request(t.app, 'POST', '/api/frontend', { token, body: { context } });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    ran.frontend += 1;
    return (answer.body as { toggles: Toggle[] }).toggles.find(({ name }) => name === key);
  };

  it.each(unleashSpecifications())('$name', async ({ features, segments, tests, variantTests }) => {
    const tenant = await seedTenant(t.app);
    expect(await importInto(tenant, { version: 2, features, segments })).toEqual({
      created: features.length,
      updated: 0,
      unchanged: 0,
      segments: segments.length,
    });
    // What comes out goes in again elsewhere, and evaluates the same.
    const exported = await request(t.app, 'GET', `${PATH}/export?environment=${ENVIRONMENT}`, {
      token: tenant.token,
    });
    const copy = await seedTenant(t.app);
    await importInto(copy, exported.body);
    const key = await seedKey(t.app, tenant, ['features:read']);
    ran.exported += (exported.body as { features: unknown[] }).features.length;

    for (const { description, context, toggleName, expectedResult } of tests) {
      for (const asking of [tenant, copy]) {
        const flag = await evaluate(asking, context, toggleName);
        expect({ description, value: flag?.value ?? false }).toEqual({ description, value: expectedResult });
      }
      // For an SDK in a browser the address is known in any case.
      if (!description.includes('missing remoteAddress')) {
        const isOn = (await toggle(key, context, toggleName)) !== undefined;
        expect({ description, isOn }).toEqual({ description, isOn: expectedResult });
      }
      ran.flags += 1;
    }
    for (const { description, context, toggleName, expectedResult } of variantTests) {
      const { name, payload, enabled, feature_enabled: value } = expectedResult;
      for (const asking of [tenant, copy]) {
        const flag = await evaluate(asking, context, toggleName);
        expect({
          description,
          value: flag?.value ?? false,
          variant: flag?.variant ?? null,
          payload: flag?.metadata.payload,
        }).toEqual({ description, value, variant: enabled ? name : null, payload });
      }
      const { variant } = (await toggle(key, context, toggleName)) ?? {};
      expect({ description, name: variant?.name ?? 'disabled', payload: variant?.payload }).toEqual({
        ...{ description, name, payload },
      });
      ran.variants += 1;
    }
  });

  it('was run whole', () => {
    console.log(
      `Unleash's specification over HTTP: ${ran.flags} cases of flags, ${ran.variants} of variants, each before and after a round trip of ${ran.exported} flags; ${ran.frontend} at /api/frontend`,
    );
    expect(ran).toMatchObject({ flags: 227, variants: 52, frontend: 278 });
  });
});

describe('an import', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const post = (body: unknown, query = '', token = t.tenant.token) =>
    t.request('POST', `${PATH}/import${query}`, { body, token });
  const get = async (key: string) => (await t.request('GET', `${PATH}/${encodeURIComponent(key)}`)).body;

  it("takes the export of Unleash's admin interface", async () => {
    const document = {
      features: [
        {
          name: 'child',
          description: 'c',
          type: 'release',
          project: 'default',
          stale: true,
          archived: false,
        },
        { name: 'parent', type: 'release', project: 'default', stale: false, createdAt: '2026-01-01' },
      ],
      featureStrategies: [
        {
          ...{
            id: 'b',
            name: 'default',
            featureName: 'child',
            sortOrder: 2,
            parameters: {},
            constraints: [],
          },
          ...{ environment: 'development', segments: [7], variants: [], disabled: false, title: 'Rest' },
        },
        {
          ...{ id: 'a', name: 'userWithId', featureName: 'child', sortOrder: 1, environment: 'development' },
          ...{ parameters: { userIds: 'ada' }, constraints: null, disabled: null },
        },
      ],
      featureEnvironments: [
        {
          name: 'development',
          environment: 'development',
          featureName: 'child',
          enabled: true,
          variants: [],
        },
        { environment: 'development', featureName: 'parent', enabled: true },
      ],
      featureTags: [
        { featureName: 'child', tagType: 'simple', tagValue: 'ui' },
        { featureName: 'child', tagType: 'team', tagValue: 'web' },
      ],
      segments: [
        { id: 7, name: 'People', constraints: [{ contextName: 'bot', operator: 'NOT_IN', values: ['yes'] }] },
      ],
      dependencies: [{ feature: 'child', dependencies: [{ feature: 'parent', enabled: true }] }],
      contextFields: [],
      tagTypes: [{ name: 'simple' }],
    };
    expect((await post(document)).body).toEqual({ created: 2, updated: 0, unchanged: 0, segments: 1 });
    expect(await get('child')).toMatchObject({
      description: 'c',
      stale: true,
      tags: ['ui', 'team:web'],
      parents: [{ key: 'parent', enabled: true }],
      environments: {
        development: {
          enabled: true,
          strategies: [
            { name: 'userWithId', parameters: { userIds: 'ada' } },
            { name: 'default', title: 'Rest', segments: [7] },
          ],
        },
      },
    });
    expect((await post(document)).body).toEqual({ created: 0, updated: 0, unchanged: 2, segments: 1 });
    const elsewhere = await post(document, '?environment=staging');
    expect(elsewhere.body).toMatchObject({ updated: 2 });
    expect(Object.keys(((await get('child')) as { environments: object }).environments)).toEqual([
      'development',
      'staging',
    ]);
  });

  it('adds and replaces, and leaves alone what the document does not name', async () => {
    await t.request('POST', PATH, {
      body: {
        ...{ key: 'mine', name: 'Mine', flag_type: 'string', default_value: 'off', owner: 'web' },
        rollout_percentage: 30,
        environments: { production: { enabled: false, value: 'on' }, qa: { enabled: true } },
      },
    });
    await post({ features: [{ name: 'mine', enabled: true, strategies: [{ name: 'default' }] }] });
    expect(await get('mine')).toMatchObject({
      ...{ name: 'Mine', flag_type: 'string', owner: 'web', version: 2, rollout_percentage: null },
      environments: {
        production: {
          enabled: true,
          value: 'on',
          rollout_percentage: null,
          strategies: [{ name: 'default' }],
        },
        qa: { enabled: true, rollout_percentage: 30 },
      },
    });
    const history = await t.request('GET', `${PATH}/mine/history`);
    expect((history.body as { data: { kind: string }[] }).data.map(({ kind }) => kind)).toEqual([
      'imported',
      'created',
    ]);
  });

  it('gives typed flags back as they were, by a document that Unleash understands', async () => {
    const production = { enabled: true, value: { a: 1 }, rollout_percentage: 100 };
    await t.request('POST', PATH, {
      body: {
        ...{ key: 'typed', name: 'Typed', flag_type: 'json', default_value: {}, tags: ['x'] },
        environments: { production },
      },
    });
    const constant = { enabled: false, rollout_percentage: 5 };
    await t.request('POST', PATH, {
      body: {
        ...{ key: 'kill', name: 'Kill', flag_type: 'boolean', default_value: true },
        environments: { production: constant },
      },
    });
    const { body } = await t.request('GET', `${PATH}/export?environment=production`);
    const { features } = body as { features: Record<string, unknown>[] };
    expect(features.find(({ name }) => name === 'typed')).toMatchObject({
      enabled: true,
      strategies: [{ name: 'flexibleRollout', parameters: { rollout: '100', groupId: 'typed' } }],
      variants: [{ name: 'value', payload: { type: 'json', value: '{"a":1}' } }],
    });
    expect(features.find(({ name }) => name === 'kill')).toMatchObject({ enabled: true, strategies: [] });
    const other = await seedTenant(t.app);
    await post(body, '?environment=production', other.token);
    for (const [key, environment] of [
      ['typed', production],
      ['kill', constant],
    ] as const) {
      const copy = await t.request('GET', `${PATH}/${key}`, { token: other.token });
      expect(copy.body).toMatchObject({
        ...{ name: ((await get(key)) as { name: string }).name, version: 1 },
        environments: { production: { ...environment, strategies: [], variants: [] } },
      });
    }
  });

  it('goes where the key of the caller looks, where no environment is named', async () => {
    const key = await seedKey(t.app, t.tenant, ['features:write']);
    await post({ features: [{ name: 'by-key', enabled: true }] }, '', key);
    expect(Object.keys(((await get('by-key')) as { environments: object }).environments)).toEqual([
      'development',
    ]);
  });

  it('refuses what is no document of Unleash, by path', async () => {
    const answer = await post({ features: [{ name: 'x', enabled: true, strategies: [{ parameters: {} }] }] });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: 'features.0.strategies.0.name' }] });
    expect((await post({ flags: [] })).status).toBe(422);
    expect((await post({ features: [] }, '?environment=a%20b')).status).toBe(400);
  });
});

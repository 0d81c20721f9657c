import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerFeatures } from '@openfeature/server-sdk';
import { OpenFeature as WebFeatures, type Provider } from '@openfeature/web-sdk';
import { Unleash } from 'unleash-client';
import { InMemoryStorageProvider, UnleashClient } from 'unleash-proxy-client';

import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';

/** Flags of every type, and rules that tell people apart. */
const FLAGS = [
  { key: 'simple', flag_type: 'boolean', default_value: false, production: { enabled: true } },
  { key: 'off', flag_type: 'boolean', default_value: false, production: { enabled: false } },
  { key: 'kill-switch', flag_type: 'boolean', default_value: true, production: { enabled: false } },
  {
    key: 'half',
    flag_type: 'boolean',
    default_value: false,
    production: { enabled: true, rollout_percentage: 50 },
  },
  { key: 'text', flag_type: 'string', default_value: 'no', production: { enabled: true, value: 'yes' } },
  { key: 'number', flag_type: 'number', default_value: 1, production: { enabled: true, value: 2.5 } },
  { key: 'json', flag_type: 'json', default_value: {}, production: { enabled: true, value: { a: [1] } } },
  {
    ...{ key: 'colours', flag_type: 'string', default_value: 'grey' },
    production: {
      enabled: true,
      variants: ['red', 'green', 'blue'].map((name) => ({
        ...{ name, weight: 100, payload: { type: 'string', value: name.toUpperCase() } },
      })),
    },
  },
  {
    ...{ key: 'pro', flag_type: 'boolean', default_value: false },
    production: {
      enabled: true,
      strategies: [
        { name: 'default', constraints: [{ contextName: 'plan', operator: 'IN', values: ['pro'] }] },
      ],
    },
  },
];

const PEOPLE = Array.from({ length: 200 }, (_, n) => ({
  id: `person-${n}-${'äß☂'.slice(0, n % 4)}`,
  plan: n % 3 === 0 ? 'pro' : 'free',
}));

describe('unchanged SDKs, against a running service', () => {
  let t: TestApp;
  let url = '';
  let live = '';
  let test = '';
  beforeAll(async () => {
    t = await createTestApp();
    await t.app.listen(0, '127.0.0.1');
    url = await t.app.getUrl();
    const newKey = async (environment: string) => {
      const body = { name: environment, scopes: ['features:read'], environment };
      return ((await t.request('POST', '/api/v1/api-keys', { body })).body as { key: string }).key;
    };
    [live, test] = [await newKey('live'), await newKey('test')];
    for (const { production, ...flag } of FLAGS) {
      const environments = { production, development: { enabled: false } };
      const answer = await t.request('POST', PATH, { body: { ...flag, name: flag.key, environments } });
      expect({ text: answer.text, status: answer.status }).toMatchObject({ status: 201 });
    }
  });
  afterAll(() => t.close());

  /** What the service itself says, by key. */
  const answers = async (person: (typeof PEOPLE)[number]) => {
    const { body } = await t.request('POST', `${PATH}/evaluate`, {
      body: { environment: 'production', context: { targetingKey: person.id, plan: person.plan } },
    });
    return (body as { flags: Record<string, { value: unknown; variant: string | null; reason: string }> })
      .flags;
  };
  const hours = async (key: string) => {
    const { body } = await t.request('GET', `${PATH}/${key}/metrics`);
    const { data } = body as { data: { yes: number; no: number; variants: Record<string, number> }[] };
    return data;
  };

  const startNodeSdk = async (key: string) => {
    const client = new Unleash({
      ...{ url: `${url}/api`, appName: 'shop', refreshInterval: 50, metricsInterval: 100 },
      customHeaders: { Authorization: key },
    });
    client.on('error', () => undefined);
    await new Promise<void>((resolve) => void client.once('synchronized', () => resolve()));
    return client;
  };

  it('of Unleash for Node give each person what the service gives', async () => {
    const client = await startNodeSdk(live);
    for (const person of PEOPLE) {
      const context = { userId: person.id, properties: { plan: person.plan } };
      const expected = await answers(person);
      for (const { key, flag_type } of FLAGS) {
        const variant = client.getVariant(key, context);
        const found =
          flag_type === 'boolean'
            ? { key, person: person.id, value: client.isEnabled(key, context) }
            : { key, person: person.id, value: valueOf(flag_type, variant.payload?.value) };
        expect(found).toEqual({ key, person: person.id, value: expected[key]?.value });
        if (key === 'colours') expect(variant.name).toBe(expected[key]?.variant);
      }
    }
    expect(client.isEnabled('absent')).toBe(false);
    await client.flushMetrics();
    client.destroy();
    const [hour] = await hours('colours');
    expect(Object.keys(hour?.variants ?? {}).toSorted()).toEqual(['blue', 'green', 'red']);
  });

  it('of Unleash for Node see a change at their next look, and only the flags of their key', async () => {
    const client = await startNodeSdk(live);
    const other = await startNodeSdk(test);
    expect([client.isEnabled('simple'), other.isEnabled('simple')]).toEqual([true, false]);
    const enable = (enabled: boolean) =>
      t.request('PUT', `${PATH}/simple/environments/production`, { body: { enabled } });
    await enable(false);
    await eventually(
      async () => client.isEnabled('simple'),
      (isOn) => !isOn,
    );
    await enable(true);
    await eventually(
      async () => client.isEnabled('simple'),
      (isOn) => isOn,
    );
    expect(other.isEnabled('simple')).toBe(false);
    client.destroy();
    other.destroy();
  });

  it('of Unleash for browsers give a person what the service gives, by GET and by POST', async () => {
    for (const [n, usePOSTrequests] of [
      [0, false],
      [1, true],
      [2, false],
      [3, true],
    ] as const) {
      const person = PEOPLE[n] ?? { id: '', plan: '' };
      const client = new UnleashClient({
        ...{ url: `${url}/api/frontend`, clientKey: live, appName: 'page', usePOSTrequests },
        ...{
          storageProvider: new InMemoryStorageProvider(),
          disableRefresh: true,
          metricsIntervalInitial: 0,
        },
        context: { userId: person.id, properties: { plan: person.plan } },
      });
      await client.start();
      const expected = await answers(person);
      for (const { key, flag_type } of FLAGS) {
        const variant = client.getVariant(key);
        if (flag_type === 'boolean') expect(client.isEnabled(key)).toBe(expected[key]?.value);
        else expect(valueOf(flag_type, variant.payload?.value)).toEqual(expected[key]?.value);
      }
      await client.sendMetrics();
      client.stop();
    }
    const [hour] = await hours('off');
    expect(hour?.no).toBeGreaterThanOrEqual(4);
  });

  it('of OpenFeature for servers get values, reasons and failures by OFREP', async () => {
    const headers: [string, string][] = [['Authorization', `Bearer ${live}`]];
    await ServerFeatures.setProviderAndWait('ofrep', new OFREPProvider({ baseUrl: url, headers }));
    const client = ServerFeatures.getClient('ofrep');
    for (const person of PEOPLE.slice(0, 10)) {
      const context = { targetingKey: person.id, plan: person.plan };
      const expected = await answers(person);
      expect(await client.getBooleanDetails('pro', false, context)).toMatchObject({
        value: expected['pro']?.value,
        reason: person.plan === 'pro' ? 'TARGETING_MATCH' : 'DEFAULT',
      });
      expect(await client.getStringDetails('colours', '', context)).toMatchObject({
        value: expected['colours']?.value,
        variant: expected['colours']?.variant,
        reason: 'SPLIT',
        flagMetadata: { payload: expected['colours']?.value },
      });
      expect(await client.getBooleanValue('half', false, context)).toBe(expected['half']?.value);
      expect(await client.getNumberValue('number', 0, context)).toBe(2.5);
      expect(await client.getObjectValue('json', {}, context)).toEqual({ a: [1] });
    }
    expect(await client.getBooleanDetails('absent', true, {})).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(await client.getBooleanDetails('text', true, {})).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
    expect(await client.getBooleanDetails('off', true, {})).toMatchObject({
      value: false,
      reason: 'DISABLED',
    });
    await ServerFeatures.close();
  });

  it('of OpenFeature for browsers get all flags of a person, and again only what has changed', async () => {
    const statuses: number[] = [];
    const fetchImplementation: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      statuses.push(answer.status);
      return answer;
    };
    const provider = new OFREPWebProvider({
      ...{ baseUrl: url, fetchImplementation, pollInterval: 50, cacheMode: 'disabled' },
      headers: [['X-API-Key', live]],
    });
    const person = PEOPLE[3] ?? { id: '', plan: '' };
    await WebFeatures.setContext({ targetingKey: person.id, plan: person.plan });
    // Its types say `hooks?: Hook[] | undefined`, which the interface under this compiler's options does not.
    await WebFeatures.setProviderAndWait(provider as unknown as Provider);
    const client = WebFeatures.getClient();
    const expected = await answers(person);
    expect(client.getStringValue('colours', '')).toBe(expected['colours']?.value);
    expect(client.getBooleanValue('pro', false)).toBe(true);
    await eventually(
      async () => statuses,
      (seen) => seen.includes(304),
    );
    await t.request('PUT', `${PATH}/text/environments/production`, { body: { enabled: true, value: 'new' } });
    await eventually(
      async () => client.getStringValue('text', ''),
      (value) => value === 'new',
    );
    expect(client.getBooleanDetails('absent', true)).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
    await WebFeatures.close();
  });
});

function valueOf(type: string, payload: string | undefined): unknown {
  if (type === 'string' || payload === undefined) return payload;
  return JSON.parse(payload);
}

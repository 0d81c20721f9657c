import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { CacheStats } from '../../src/cache/cache-stats.js';
import { type Instance, type Pair, startPair, trusted, warmed } from '../integration/cache/app-pair.js';
import { createTestApp } from '../support/test-app.js';

const newKey = z.object({ id: z.string(), key: z.string() });
const LIMIT = 4;

const earlyHits = ({ app }: Pick<Instance, 'app'>): number => app.get(CacheStats).snapshot().earlyHits;

describe('a hit that is answered before the pipeline', () => {
  let pair: Pair;
  let key: z.infer<typeof newKey>;
  beforeAll(async () => {
    pair = await startPair({ isPatient: true });
  });
  afterAll(() => pair.close());

  const path = () => `/api/v1/users/${pair.tenant.userId}`;
  const ask = (on: Instance, headers: Record<string, string> = {}, url = path()) =>
    on.request('GET', url, { token: key.key, headers });
  /** Every instance answers this key early. */
  async function warm(): Promise<void> {
    for (const instance of [pair.one, pair.two]) {
      await trusted(instance);
      const asKey: Instance = { ...instance, request: (_method, url) => ask(instance, {}, url) };
      await warmed(asKey, path());
      const before = earlyHits(instance);
      expect((await ask(instance)).status).toBe(200);
      expect(earlyHits(instance)).toBe(before + 1);
    }
  }
  beforeEach(async () => {
    const body = { name: 'k', scopes: ['users:read'], environment: 'test' };
    key = newKey.parse((await pair.one.request('POST', '/api/v1/api-keys', { body })).body);
    await warm();
  });

  it('is refused to a revoked key on the next request, on every instance', async () => {
    const before = [earlyHits(pair.one), earlyHits(pair.two)];
    expect((await pair.one.request('DELETE', `/api/v1/api-keys/${key.id}`)).status).toBe(204);
    expect([(await ask(pair.two)).status, (await ask(pair.one)).status]).toEqual([401, 401]);
    expect([earlyHits(pair.one), earlyHits(pair.two)]).toEqual(before);
  });

  it('is refused to a revoked key while no instance reaches Redis', async () => {
    pair.one.redis.cut();
    pair.two.redis.cut();
    expect((await pair.one.request('DELETE', `/api/v1/api-keys/${key.id}`)).status).toBe(204);
    expect([(await ask(pair.two)).status, (await ask(pair.one)).status]).toEqual([401, 401]);
    pair.one.redis.heal();
    pair.two.redis.heal();
    await trusted(pair.one, pair.two);
  });

  it('is not given to a key that has lost the scope for it, though the answer itself has not changed', async () => {
    const changed = await pair.one.request('PATCH', `/api/v1/api-keys/${key.id}`, {
      body: { scopes: ['activity:read'] },
    });
    expect(changed.status).toBe(200);
    expect([(await ask(pair.two)).status, (await ask(pair.one)).status]).toEqual([403, 403]);
  });

  it('shows a write that was acknowledged before it, on every instance', async () => {
    for (let round = 0; round < 5; round += 1) {
      const username = `renamed-${round}`;
      const written = await pair.one.request('PATCH', path(), { body: { username } });
      expect(written.status).toBe(200);
      for (const instance of [pair.two, pair.one])
        expect((await ask(instance)).body).toMatchObject({ username });
      await warm();
    }
  });

  it('leaves to the pipeline what is not a plain GET of this principal', async () => {
    const before = earlyHits(pair.one);
    const answers = [
      await ask(pair.one, {}, `${path()}?unknown=1`),
      await ask(pair.one, {}, '/api/v1/users/none'),
      await ask(pair.one, { 'x-organization-id': key.id }),
      await pair.one.request('HEAD', path(), { token: key.key }),
      await pair.one.request('GET', path(), { token: null }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 403, 200, 401]);
    expect(earlyHits(pair.one)).toBe(before);
    expect((await ask(pair.one, { 'x-request-id': 'mine' })).headers['x-request-id']).toBe('mine');
    expect(earlyHits(pair.one)).toBe(before + 1);
  });
});

describe('RATE_LIMIT', () => {
  it('counts the hits that are answered before the pipeline, and refuses the next', async () => {
    const t = await createTestApp({ RATE_LIMIT: `${LIMIT}/1h` });
    try {
      const path = `/api/v1/users/${t.tenant.userId}`;
      const answers = [];
      for (let n = 0; n <= LIMIT; n += 1) answers.push(await t.request('GET', path));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
      expect(answers.map(({ headers }) => /r=(\d+)/.exec(headers['ratelimit'] ?? '')?.[1])).toEqual([
        '3',
        '2',
        '1',
        '0',
        '0',
      ]);
      expect(earlyHits(t)).toBeGreaterThan(0);
    } finally {
      await t.close();
    }
  });
});

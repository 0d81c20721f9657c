import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { FaultRun } from '../support/fault-run.js';
import { userShape } from '../support/shapes.js';
import { type Instance, type Pair, startPair, trusted, warmed } from '../integration/cache/app-pair.js';
import { timeLimit } from '../support/time-limit.js';

const run = new FaultRun('two-instances-cut-off');
const WRITES = run.size(60, 500);

let pair: Pair;
let path: string;

beforeAll(async () => {
  pair = await startPair();
  path = `/api/v1/users/${pair.tenant.userId}`;
});

afterAll(() => pair.close());

afterEach(async () => {
  pair.one.redis.heal();
  pair.two.redis.heal();
  await trusted(pair.one, pair.two);
});

let written = 0;

async function write(on: Instance): Promise<{ avatar: string; tookMs: number }> {
  const avatar = `https://example.com/${(written += 1)}.png`;
  const startedAt = performance.now();
  const answer = await on.request('PATCH', path, { body: { avatar } });
  expect(answer.status).toBe(200);
  return { avatar, tookMs: performance.now() - startedAt };
}

const avatarOn = async (on: Instance): Promise<string | null> => {
  const answer = await on.request('GET', path);
  expect(answer.status).toBe(200);
  return userShape.parse(answer.body).avatar;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity;

describe.each(['cut off', 'half open'] as const)('an instance whose way to Redis is %s', (how) => {
  const strike = ({ redis }: Instance): void => (how === 'cut off' ? redis.cut() : redis.stall());

  it('leaves no other instance stale: its writes are told by way of PostgreSQL', async () => {
    const { one, two } = pair;
    await warmed(two, path);
    strike(one);
    const took: number[] = [];
    let stale = 0;
    let hits = 0;
    for (let count = 0; count < WRITES; count += 1) {
      const { avatar, tookMs } = await write(one);
      took.push(tookMs);
      if ((await avatarOn(two)) !== avatar) stale += 1;
      if ((await avatarOn(one)) !== avatar) stale += 1;
      const again = await two.request('GET', path);
      if (again.headers['cache-status']?.includes('hit')) hits += 1;
    }
    run.report(
      `${how}: ${WRITES} writes on an instance without Redis, ${2 * WRITES} reads: ${stale} stale; ` +
        `write p50 ${median(took).toFixed(1)} ms; the other instance still hit ${hits} times`,
    );
    expect(stale).toBe(0);
    expect(hits).toBeGreaterThan(0);
  });

  it('refuses a session that was ended on it on the other at once', async () => {
    const { one, two } = pair;
    const login = async (): Promise<string> => {
      const email = `eve-${written++}@example.com`;
      const account = { email, username: email.replace('@', '-'), password: 'correct horse battery' };
      expect((await two.request('POST', '/api/v1/users', { body: account })).status).toBe(201);
      const answer = await two.request('POST', '/api/v1/auth/login', {
        body: { email, password: account.password },
        token: null,
      });
      expect(answer.status).toBe(200);
      return (answer.body as { access_token: string }).access_token;
    };
    for (let count = 0; count < 3; count += 1) {
      const token = await login();
      expect((await two.request('GET', '/api/v1/profile', { token })).status).toBe(200);
      strike(one);
      expect((await one.request('POST', '/api/v1/auth/logout', { token })).status).toBe(204);
      expect((await two.request('GET', '/api/v1/profile', { token })).status).toBe(401);
      one.redis.heal();
    }
  });

  it('is remembered by whoever begins to believe Redis while it owes: a new instance, or one that was lost, too', async () => {
    const { one, two, start } = pair;
    await warmed(one, path);
    await warmed(two, path);
    strike(one);
    strike(two);
    // No instance trusts Redis any more, so none can write the invalidation to it; the old entry is still there.
    await avatarOn(two);
    const { avatar } = await write(one);
    const third = await start();
    await trusted(third);
    expect(await avatarOn(third)).toBe(avatar);
    two.redis.heal();
    await trusted(two);
    expect(await avatarOn(two)).toBe(avatar);
    await third.close();
  });
});

describe('while no instance reaches Redis', () => {
  it('a write waits for nobody', async () => {
    const { one, two } = pair;
    one.redis.cut();
    two.redis.cut();
    await write(one);
    const took: number[] = [];
    for (let count = 0; count < 20; count += 1) took.push((await write(one)).tookMs);
    run.report(
      `Redis away for all: write p50 ${median(took).toFixed(1)} ms, max ${Math.max(...took).toFixed(1)} ms`,
    );
    expect(median(took)).toBeLessThan(timeLimit(250));
    expect(await avatarOn(two)).toBe(await avatarOn(one));
  });
});

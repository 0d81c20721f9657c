import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { RateLimitCounters } from '../../src/modules/rate-limits/rate-limit-counters.js';
import { RateLimits } from '../../src/modules/rate-limits/rate-limits.service.js';
import { newAccount } from '../factories/account.js';
import { type Instance, type Pair, startPair, trusted } from '../integration/cache/app-pair.js';
import { FaultRun } from '../support/fault-run.js';

const run = new FaultRun('keys-exact');
const CREDITS = run.size(100, 1_000);
const CHECKS = 5 * CREDITS;
const REVOCATIONS = run.size(20, 10_000);
/** Revoked one after the other while Redis stays as it is. */
const BATCH = run.size(10, 100);
const LIMIT = 100;
const SECONDS = run.size(2, 30);
const newKeyShape = z.object({ id: z.uuid(), key: z.string() });
const codeShape = z.object({ code: z.string() });

describe('API keys over two instances', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ isPatient: true });
    // A busy machine must not look like a lost Redis.
    for (const { app } of [pair.one, pair.two]) Object.assign(app.get(RateLimits), { budgetMs: 5_000 });
  });
  afterAll(() => pair.close());
  afterEach(async () => {
    refusals.length = 0;
    pair.one.redis.heal();
    pair.two.redis.heal();
    await trusted(pair.one, pair.two);
  });

  const on = (n: number): Instance => (n % 2 === 0 ? pair.one : pair.two);
  const create = async (more: Record<string, unknown> = {}) => {
    const body = { name: 'CI', scopes: ['users:read'], environment: 'live', ...more };
    const answer = await pair.one.request('POST', '/api/v1/api-keys', { body });
    expect(answer.status).toBe(201);
    return newKeyShape.parse(answer.body);
  };
  /** Codes of the 503s of the test, whose checks are made again. `service.pool_exhausted` costs no credit. */
  const refusals: string[] = [];
  const check = async (instance: Instance, key: string): Promise<string> => {
    const answer = await instance.request('POST', '/api/v1/api-keys/verify', { body: { key } });
    if (answer.status === 503) {
      refusals.push(codeShape.parse(answer.body).code);
      // As a client does, and not all of them in the same moment.
      await pause(Number(answer.headers['retry-after']) * 1_000 * (1 + run.random()));
      return check(instance, key);
    }
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    return codeShape.parse(answer.body).code;
  };
  const revoke = async (instance: Instance, id: string): Promise<void> => {
    const { status, headers } = await instance.request('DELETE', `/api/v1/api-keys/${id}`);
    if (status !== 503) return expect(status).toBe(204);
    refusals.push('revocation');
    await pause(Number(headers['retry-after']) * 1_000);
    return revoke(instance, id);
  };
  const use = async (instance: Instance, key: string): Promise<number> =>
    (await instance.request('GET', '/api/v1/users?limit=1', { token: key })).status;

  it.each(['alive', 'cut off in the middle', 'stalled in the middle'] as const)(
    'have exactly their credits, with Redis %s',
    async (how) => {
      const { id, key } = await create({ credits: { remaining: CREDITS } });
      const checks = Array.from({ length: CHECKS }, (_, n) => check(on(n), key));
      await checks[0];
      for (const { redis } of how === 'alive' ? [] : [pair.one, pair.two]) {
        if (how === 'cut off in the middle') redis.cut();
        else redis.stall();
      }
      const codes = await Promise.all(checks);
      const valid = codes.filter((code) => code === 'VALID').length;
      run.report(
        `${CREDITS} credits, ${CHECKS} verifications, Redis ${how}: ${valid} valid, refused meanwhile: ${refusals.length} (${[...new Set(refusals)].join(' ')})`,
      );
      // PostgreSQL may have carried out what it did not answer in time, and then the credit is used.
      const unanswered = refusals.filter((code) => code !== 'service.pool_exhausted').length;
      expect(valid).toBeLessThanOrEqual(CREDITS);
      expect(valid).toBeGreaterThanOrEqual(CREDITS - unanswered);
      expect(codes.filter((code) => code === 'USAGE_EXCEEDED').length).toBe(CHECKS - valid);
      const read = await pair.two.request('GET', `/api/v1/api-keys/${id}`);
      expect(read.body).toMatchObject({ credits: { remaining: 0 } });
    },
  );

  it.each(['alive', 'stalled'] as const)(
    'are refused by the other instance from the request after their revocation on, with Redis %s',
    async (how) => {
      let accepted = 0;
      for (let from = 0; from < REVOCATIONS; from += BATCH) {
        const other = on(from / BATCH);
        const revoking = on(from / BATCH + 1);
        const keys: { id: string; key: string }[] = [];
        for (let n = 0; n < BATCH; n += 1) {
          const made = await create();
          expect([await use(other, made.key), await check(other, made.key)]).toEqual([200, 'VALID']);
          keys.push(made);
        }
        if (how === 'stalled') other.redis.stall();
        for (const { id, key } of keys) {
          await revoke(revoking, id);
          if ((await use(other, key)) !== 401 || (await check(other, key)) !== 'REVOKED') accepted += 1;
        }
        if (how === 'alive') continue;
        other.redis.heal();
        await trusted(pair.one, pair.two);
      }
      run.report(
        `${REVOCATIONS} revocations, Redis ${how}: ${accepted} accepted afterwards; refused meanwhile: ${refusals.length}`,
      );
      expect(accepted).toBe(0);
    },
  );

  it('are admitted no more often than their limit says, in any window', async () => {
    const { key } = await create({ rate_limit: { limit: LIMIT, window_seconds: 1 } });
    const admitted = new Map<number, number>();
    const countedAlone = () =>
      [pair.one, pair.two].reduce((sum, { app }) => sum + app.get(RateLimitCounters).alone, 0);
    const before = countedAlone();
    const until = performance.now() + SECONDS * 1_000;
    const caller = async (n: number): Promise<void> => {
      while (performance.now() < until) {
        const { status, headers } = await on(n).request('GET', '/api/v1/users?limit=1', { token: key });
        if (status !== 200) continue;
        const left = Number(/r=(\d+)/.exec(headers['ratelimit'] ?? '')?.[1]);
        admitted.set(left, (admitted.get(left) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, n) => caller(n)));
    const alone = countedAlone() - before;
    // The first of each window leaves one less than the limit, and no other does.
    const windows = admitted.get(LIMIT - 1) ?? 0;
    const total = [...admitted.values()].reduce((sum, count) => sum + count, 0);
    const beyond = [...admitted.values()].reduce((sum, count) => sum + Math.max(0, count - windows), 0);
    run.report(
      `${LIMIT} in 1 s for ${SECONDS} s: ${total} admitted in ${windows} windows, ${beyond} too many; ` +
        `${alone} counted by an instance alone`,
    );
    // A machine so busy that Redis is taken for lost: what was counted without it is no part of the promise.
    expect(windows).toBeLessThanOrEqual(SECONDS + 1 + alone);
    expect(beyond).toBeLessThanOrEqual(alone);
    expect(Math.min(...admitted.keys())).toBeGreaterThanOrEqual(0);
  });

  it('are limited by each instance alone while Redis is away, which a metric says', async () => {
    const { key } = await create({ rate_limit: { limit: 5, window_seconds: 3_600 } });
    expect(await use(pair.one, key)).toBe(200);
    const before = pair.one.app.get(RateLimitCounters).alone;
    pair.one.redis.cut();
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) statuses.push(await use(pair.one, key));
    // What it had admitted before counts.
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect(pair.one.app.get(RateLimitCounters).alone - before).toBe(6);
    expect(await use(pair.two, key)).toBe(200);
    const metrics = await pair.one.request('GET', '/metrics', { token: null });
    expect(metrics.text).toContain('triptych_rate_limit_alone_total');
  });

  it('have one valid successor of two rotations at once', async () => {
    const { id } = await create();
    const rotate = (instance: Instance) =>
      instance.request('POST', `/api/v1/api-keys/${id}/rotate`, { body: { overlap_seconds: 0 } });
    const answers = await Promise.all([rotate(pair.one), rotate(pair.two)]);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const keys = answers.flatMap(({ status, body }) => (status === 200 ? [newKeyShape.parse(body).key] : []));
    const codes = await Promise.all(keys.flatMap((key) => [check(pair.one, key), check(pair.two, key)]));
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(2);
  });

  it('make one of a hundred requests with one Idempotency-Key', async () => {
    const account = newAccount();
    const options = { body: account, headers: { 'idempotency-key': 'one-account' } };
    const post = (n: number) => on(n).request('POST', '/api/v1/users', options);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => post(n)));
    const made = answers.filter(({ status }) => status === 201);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    const path = `/api/v1/users?email=${encodeURIComponent(account.email)}`;
    expect((await pair.two.request('GET', path)).body).toHaveProperty('data.length', 1);
  });
});

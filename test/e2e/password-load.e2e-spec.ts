import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hash as bcrypt } from '@node-rs/bcrypt';

import { PasswordHashing } from '../../src/common/crypto/password-hashing.js';
import { hashPassword, isOurHash } from '../../src/common/crypto/passwords.js';
import type { CallersInTurn } from '../../src/common/callers-in-turn.js';
import type { FairQueue } from '../../src/common/fair-queue.js';
import { Clock } from '../../src/common/time/clock.js';
import { AccountsRepository } from '../../src/modules/auth/accounts.pg.repository.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';

describe('many passwords at once', () => {
  let t: TestApp;
  let passwordHash: string;
  beforeAll(async () => {
    t = await createTestApp({ DATABASE_POOL_MAX: '8', TRUST_PROXY: '1' });
    passwordHash = await hashPassword(PASSWORD);
  });
  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => t.close());

  /** Each test has an address of its own: the guesses of one count against it. */
  let address = 0;
  beforeEach(() => {
    address += 1;
  });
  const here = () => ({ 'x-forwarded-for': `192.0.2.${address}` });

  const viewer = () => seedTenant(t.app, { role: 'viewer', orgId: t.tenant.orgId, passwordHash });
  const change = (who: Tenant, current_password: string) =>
    t.request('POST', '/api/v1/auth/password', {
      token: who.token,
      headers: here(),
      body: { current_password, new_password: 'another phrase' },
    });

  /** Keeps every hash waiting that is asked for until `release` is called. */
  function heldHashes() {
    const queue = Reflect.get(t.app.get(PasswordHashing), 'queue') as FairQueue;
    const limits = Reflect.get(queue, 'limits') as { concurrency: number; waitMs: number };
    // They wait for `release`, however long a busy machine takes until then.
    limits.waitMs = 60_000;
    const { concurrency } = limits;
    const waiting = Reflect.get(queue, 'waiting') as CallersInTurn<unknown>;
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = Promise.all(Array.from({ length: concurrency }, () => queue.run('holder', () => promise)));
    const release = async () => {
      resolve();
      await held;
    };
    return { waiting: () => waiting.waitingOf(t.tenant.orgId), release };
  }

  /** While every one of `requests` waits for a hash or is answered, no connection is taken, and another tenant reads. */
  async function expectRoomBeside(waiting: () => number, requests: Promise<unknown>[]): Promise<void> {
    let answered = 0;
    for (const each of requests) void each.then(() => (answered += 1));
    const { use } = await eventually(
      () => Promise.resolve({ pending: waiting() + answered, use: t.app.get(Postgres).use }),
      (now) => now.pending === requests.length && now.use.active === 0,
    );
    expect(use).toMatchObject({ active: 0, waiting: 0 });
    const other = await seedTenant(t.app);
    expect((await t.request('GET', '/api/v1/auth/sessions', { token: other.token })).status).toBe(200);
    expect(waiting()).toBeGreaterThanOrEqual(5);
  }

  it('of one viewer take no connection from other tenants', async () => {
    const who = await viewer();
    // Of one moment: on a slow machine the delay after the fifth could be over before the last one.
    const clock = t.app.get(Clock);
    vi.spyOn(clock, 'now').mockReturnValue(clock.now());
    const { waiting, release } = heldHashes();
    const attempts = Array.from({ length: 64 }, () => change(who, 'wrong'));
    await expectRoomBeside(waiting, attempts);
    await release();
    const statuses = (await Promise.all(attempts)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([...Array<number>(5).fill(422), ...Array<number>(59).fill(429)]);
  });

  it('with an Idempotency-Key take none either', async () => {
    const create = (n: number) =>
      t.request('POST', '/api/v1/users', {
        body: newAccount({ password: PASSWORD }),
        headers: { 'idempotency-key': `burst-${n}` },
      });
    const { waiting, release } = heldHashes();
    const attempts = Array.from({ length: 16 }, (_, n) => create(n));
    await expectRoomBeside(waiting, attempts);
    await release();
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 201));
  });

  it('that are wrong count as at the login, whichever way they are given', async () => {
    const who = await viewer();
    const login = (password: string) =>
      t.request('POST', '/api/v1/auth/login', {
        body: { email: who.email, password },
        headers: here(),
        token: null,
      });
    const statuses: number[] = [];
    for (const isLogin of [false, true, false, true, false]) {
      statuses.push((isLogin ? await login('wrong') : await change(who, 'wrong')).status);
    }
    expect(statuses).toEqual([422, 401, 422, 401, 422]);
    // One of them may find that its wait is over.
    const burst = await Promise.all(
      Array.from({ length: 6 }, () => [change(who, 'wrong'), login('wrong')]).flat(),
    );
    expect(burst.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(11);
  });

  it('are changed by the right one, and then it is another one', async () => {
    const who = await viewer();
    expect((await change(who, PASSWORD)).status).toBe(204);
    expect((await change(who, PASSWORD)).status).toBe(422);
    expect((await change(who, 'another phrase')).status).toBe(204);
  });

  it('of a caller that may not set them are not hashed', async () => {
    const [who, target] = [await viewer(), await viewer()];
    const answer = await t.request('PATCH', `/api/v1/users/${target.userId}`, {
      token: who.token,
      body: { password: PASSWORD },
    });
    expect(answer.status).toBe(403);
  });

  describe('imported', () => {
    let admin: Tenant;
    beforeAll(async () => {
      admin = await seedTenant(t.app, { platformRole: 'admin' });
    });
    const post = (password_hash: string) =>
      t.request('POST', '/api/v1/users', { body: newAccount({ password_hash }), token: admin.token });

    it.each([
      ['$argon2id$v=19$m=65536,t=99,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
      ['$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzY$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
      ['$scrypt$ln=0,r=8,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
      ['$scrypt$ln=14,r=8,p=99$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
      [`$2b$31$${'.'.repeat(53)}`],
      [`$2b$10$${'a'.repeat(53)}`],
    ])('are refused where they cost too much or cannot be checked: %s', async (password_hash) => {
      const answer = await post(password_hash);
      expect([answer.status, problemShape.parse(answer.body).errors[0]?.path]).toEqual([
        422,
        'password_hash',
      ]);
    });

    it('are replaced by one of ours with the first right login', async () => {
      const created = await post(await bcrypt(PASSWORD, 5));
      const { id, email } = userShape.parse(created.body);
      const kept = async () => (await t.app.get(AccountsRepository).find(id))?.passwordHash ?? '';
      const login = (password: string) =>
        t.request('POST', '/api/v1/auth/login', { body: { email, password }, headers: here(), token: null });
      expect((await login('wrong password')).status).toBe(401);
      expect(isOurHash(await kept())).toBe(false);
      expect((await login(PASSWORD)).status).toBe(200);
      const first = await kept();
      expect(isOurHash(first)).toBe(true);
      expect((await login(PASSWORD)).status).toBe(200);
      expect(await kept()).toBe(first);
    });
  });
});

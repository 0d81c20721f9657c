import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash as bcrypt } from '@node-rs/bcrypt';

import { hashPassword, isOurHash } from '../../src/common/crypto/passwords.js';
import { AccountsRepository } from '../../src/modules/auth/accounts.pg.repository.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';

describe('many passwords at once', () => {
  let t: TestApp;
  let passwordHash: string;
  beforeAll(async () => {
    t = await createTestApp({ DATABASE_POOL_MAX: '3' });
    passwordHash = await hashPassword(PASSWORD);
  });
  afterAll(() => t.close());

  const viewer = () => seedTenant(t.app, { role: 'viewer', orgId: t.tenant.orgId, passwordHash });
  const change = (who: Tenant, current_password: string) =>
    t.request('POST', '/api/v1/auth/password', {
      token: who.token,
      body: { current_password, new_password: 'another phrase' },
    });

  /**
   * What the reads of another tenant are refused for while `load` is under way. That a store does not answer in time is
   * about the machine: it does not count.
   */
  async function refusedBeside(load: Promise<unknown>[]): Promise<string[]> {
    const other = await seedTenant(t.app);
    let isDone = false;
    const done = Promise.all(load).finally(() => {
      isDone = true;
    });
    const codes = new Set<string>();
    while (!isDone) {
      const { status, body } = await t.request('GET', '/api/v1/auth/sessions', { token: other.token });
      if (status !== 200) codes.add(problemShape.parse(body).code);
    }
    await done;
    codes.delete('service.store_unavailable');
    return [...codes];
  }

  it('of one viewer leave other tenants their reads', async () => {
    const who = await viewer();
    const attempts = Array.from({ length: 64 }, () => change(who, 'wrong'));
    expect(await refusedBeside(attempts)).toEqual([]);
    const answers = new Set((await Promise.all(attempts)).map(({ status }) => status));
    expect([...answers].filter((status) => ![422, 429, 503].includes(status))).toEqual([]);
  });

  it('with an Idempotency-Key leave them too', async () => {
    const create = (n: number) =>
      t.request('POST', '/api/v1/users', {
        body: newAccount({ password: PASSWORD }),
        headers: { 'idempotency-key': `burst-${n}` },
      });
    const attempts = Array.from({ length: 32 }, (_, n) => create(n));
    expect(await refusedBeside(attempts)).toEqual([]);
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 201));
  });

  it('that are wrong count as at the login, whichever way they are given', async () => {
    const who = await viewer();
    const login = (password: string) =>
      t.request('POST', '/api/v1/auth/login', { body: { email: who.email, password }, token: null });
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
        t.request('POST', '/api/v1/auth/login', { body: { email, password }, token: null });
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

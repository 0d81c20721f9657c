import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { TransactionSummaryReadModel } from '../../../src/modules/transactions/transaction-summary.pg.read-model.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant } from '../../factories/tenant.js';
import { activityShape, pageShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const transactionShape = z.strictObject({
  id: z.number().int(),
  user_id: z.string(),
  amount: z.string(),
  currency: z.string(),
  transaction_type: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  reversal_of: z.number().nullable(),
  reversed_by: z.number().nullable(),
  created_at: z.iso.datetime(),
});
const summaryShape = z.object({
  data: z.array(z.object({ group: z.string(), currency: z.string(), count: z.number(), total: z.string() })),
});
const PATH = '/api/v1/transactions';

describe('transactions', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const add = (more: Record<string, unknown> = {}, token = t.tenant.token) =>
    t.request('POST', PATH, {
      body: { user_id: 'user123', amount: 99.99, transaction_type: 'purchase', ...more },
      token,
    });
  const added = async (more: Record<string, unknown> = {}, token = t.tenant.token) => {
    const answer = await add(more, token);
    expect(answer.status).toBe(201);
    return transactionShape.parse(answer.body);
  };

  it('are added exactly and read back the same', async () => {
    const answer = await add({ metadata: { order: 7, 'a.b': [null, {}] } });
    const transaction = transactionShape.parse(answer.body);
    expect(answer.headers['location']).toBe(`${PATH}/${transaction.id}`);
    expect(transaction).toMatchObject({
      user_id: 'user123',
      amount: '99.99',
      currency: 'USD',
      metadata: { order: 7, 'a.b': [null, {}] },
    });
    const read = await t.request('GET', `${PATH}/${transaction.id}`);
    expect(transactionShape.parse(read.body)).toEqual(transaction);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['zero', { amount: 0 }, 'amount'],
    ['zero as a text', { amount: '-0.00' }, 'amount'],
    ['three decimals', { amount: 1.005 }, 'amount'],
    ['an exponent that loses digits', { amount: '1e-3' }, 'amount'],
    ['more than the column holds', { amount: '100000000' }, 'amount'],
    ['less than the column holds', { amount: -100_000_000 }, 'amount'],
    ['a text that is no number', { amount: 'NaN' }, 'amount'],
    ['a truth value', { amount: true }, 'amount'],
    ['half a yen', { amount: '0.50', currency: 'JPY' }, 'amount'],
    ['a currency with three decimals', { currency: 'KWD' }, 'currency'],
    ['no user', { user_id: '' }, 'user_id'],
    ['a user that is too long', { user_id: 'u'.repeat(256) }, 'user_id'],
    ['a type that is too long', { transaction_type: 't'.repeat(51) }, 'transaction_type'],
    ['a null character in a name', { metadata: { 'a\0b': 1 } }, 'metadata'],
    ['half of a surrogate pair', { metadata: { a: ['\ud800'] } }, 'metadata'],
    ['an unknown field', { note: 'x' }, 'note'],
  ])('refuse %s', async (_, more, path) => {
    const answer = await add(more);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: expect.stringMatching(`^${path}\\b`) }] },
    });
  });

  it('keep every amount exactly, and their sum is the sum of the inputs', async () => {
    const tenant = await seedTenant(t.app);
    let sum = 0n;
    for (let at = 0; at < 200; at += 1) {
      const hundredths = BigInt(Math.floor(Math.random() * 19_999_999_999) - 9_999_999_999) || 1n;
      const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
      const text = `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
      sum += hundredths;
      const { amount } = await added({ amount: at % 2 === 0 ? text : Number(text) }, tenant.token);
      expect(amount).toBe(text);
    }
    const answer = await t.request('GET', `${PATH}/summary?group_by=user_id`, { token: tenant.token });
    const [row] = summaryShape.parse(answer.body).data;
    expect(row).toMatchObject({ group: 'user123', count: 200 });
    expect(BigInt((row?.total ?? '').replace('.', ''))).toBe(sum);
    // The count that is kept beside them.
    expect(await t.app.get(TransactionSummaryReadModel).count(tenant.orgId)).toBe(200);
  });

  it('are immutable', async () => {
    const { id } = await added();
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await t.request(method, `${PATH}/${id}`, { body: { amount: 1 } });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    }
  });

  it('are reversed once, whoever else tries at the same time', async () => {
    const original = await added({ amount: '12.50', currency: 'EUR' });
    expect((await t.request('GET', `${PATH}/${original.id}`)).body).toMatchObject({ reversed_by: null });
    const path = `${PATH}/${original.id}/reversal`;
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => t.request('POST', path)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    const reversal = transactionShape.parse(answers.find(({ status }) => status === 201)?.body);
    expect(reversal).toMatchObject({
      amount: '-12.50',
      currency: 'EUR',
      user_id: 'user123',
      transaction_type: 'reversal',
      reversal_of: original.id,
    });
    expect((await t.request('GET', `${PATH}/${original.id}`)).body).toMatchObject({
      reversed_by: reversal.id,
    });
    const refused = await t.request('POST', path);
    expect(refused).toMatchObject({ status: 409, body: { code: 'transactions.already_reversed' } });
    const second = await t.request('POST', `${PATH}/${reversal.id}/reversal`);
    expect(second).toMatchObject({ status: 409, body: { code: 'transactions.is_reversal' } });
  });

  it('are added up by month in UTC, type and user, each per currency', async () => {
    const tenant = await seedTenant(t.app);
    const rows: [string, string, string, string, string][] = [
      ['a', '0.10', 'EUR', 'fee', '2026-10-31T23:59:59.999Z'],
      ['a', '0.20', 'EUR', 'fee', '2026-11-01T00:00:00.000Z'],
      ['b', '1000.00', 'JPY', 'fee', '2026-11-02T00:00:00.000Z'],
      ['b', '-0.05', 'EUR', 'refund', '2026-11-30T23:59:59.999Z'],
    ];
    for (const [user, amount, currency, type, at] of rows) {
      await t.app.get(Postgres).sql`
        insert into transactions (organization_id, user_id, amount, currency, transaction_type, metadata, created_at)
        values (${tenant.orgId}, ${user}, ${amount}, ${currency}, ${type}, '{}', ${at})`;
    }
    const summary = async (query: string) => {
      const answer = await t.request('GET', `${PATH}/summary?${query}`, { token: tenant.token });
      return summaryShape
        .parse(answer.body)
        .data.map(({ group, currency, count, total }) => `${group} ${currency} ${count} ${total}`);
    };
    expect(await summary('')).toEqual(['2026-10 EUR 1 0.10', '2026-11 EUR 2 0.15', '2026-11 JPY 1 1000']);
    expect(await summary('group_by=transaction_type')).toEqual([
      'fee EUR 2 0.30',
      'fee JPY 1 1000',
      'refund EUR 1 -0.05',
    ]);
    expect(await summary('group_by=user_id&from=2026-11-01T00:00:00Z&to=2026-11-30T23:59:59.999Z')).toEqual([
      'a EUR 1 0.20',
      'b JPY 1 1000',
    ]);
    expect((await t.request('GET', `${PATH}/summary?group_by=week`)).status).toBe(400);
  });

  it('are walked newest first without a repeat or a gap, also with equal times, while others are added', async () => {
    const tenant = await seedTenant(t.app);
    await t.app.get(Postgres).sql`
      insert into transactions (organization_id, user_id, amount, currency, transaction_type, metadata, created_at)
      select ${tenant.orgId}, 'u', 1, 'EUR', case when n % 2 = 0 then 'even' else 'odd' end, '{}',
        '2026-11-01'::timestamptz + (n / 4) * interval '1 second'
      from generate_series(0, 40) n`;
    const walk = async (filter: string) => {
      const seen: number[] = [];
      for (let cursor = ''; ;) {
        const path = `${PATH}?limit=3${filter}${cursor}`;
        const answer = await t.request('GET', path, { token: tenant.token });
        const page = pageShape(transactionShape).parse(answer.body);
        seen.push(...page.data.map(({ id }) => id));
        if (page.page.next_cursor === null) return seen;
        await added({ user_id: 'u' }, tenant.token);
        cursor = `&cursor=${page.page.next_cursor}`;
      }
    };
    const all = await walk('');
    expect(all).toHaveLength(41);
    expect(all).toEqual(all.toSorted((a, b) => b - a));
    expect(await walk('&transaction_type=odd&user_id=u')).toHaveLength(20);
    expect(await walk('&from=2026-11-01T00:00:02Z&to=2026-11-01T00:00:03Z')).toHaveLength(4);
    expect((await t.request('GET', `${PATH}?cursor=WyJ4Il0`)).status).toBe(400);
  });

  it('have each one entry in the log, about their user', async () => {
    const user = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const transaction = await added({ user_id: user.userId.toUpperCase() });
    expect(transaction.user_id).toBe(user.userId);
    const other = await added({ user_id: 'no account' });
    const entriesOf = async ({ id }: { id: number }) => {
      const path = `/api/v1/activity?event_type=transaction.created&resource_id=${id}`;
      return pageShape(activityShape).parse((await t.request('GET', path)).body).data;
    };
    expect(await entriesOf(transaction)).toMatchObject([{ user_id: user.userId, user_email: user.email }]);
    expect(await entriesOf(other)).toMatchObject([{ user_id: 'no account', user_email: null }]);
  });

  it('are another tenant’s for nobody else, and added by members only', async () => {
    const { id } = await added();
    const foreign = await seedTenant(t.app);
    for (const path of [`${PATH}/${id}`, `${PATH}/999999999999`, `${PATH}/0`, `${PATH}/x`]) {
      expect((await t.request('GET', path, { token: foreign.token })).status).toBe(404);
    }
    const reversed = await t.request('POST', `${PATH}/${id}/reversal`, { token: foreign.token });
    expect(reversed.status).toBe(404);
    const viewer = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'viewer' });
    expect((await add({}, viewer.token)).status).toBe(403);
    expect((await t.request('GET', PATH, { token: viewer.token })).status).toBe(200);
  });

  it('are added once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const body = { user_id: 'once', amount: 1, transaction_type: 'purchase' };
    const first = await t.request('POST', PATH, { body, headers });
    const again = await t.request('POST', PATH, { body, headers });
    expect(again).toMatchObject({
      status: 201,
      text: first.text,
      headers: { 'idempotency-replayed': 'true' },
    });
    const list = await t.request('GET', `${PATH}?user_id=once`);
    expect(pageShape(transactionShape).parse(list.body).data).toHaveLength(1);
  });
});

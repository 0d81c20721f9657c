import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { activityShape, pageShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const planShape = z.object({ code: z.string(), price: z.string(), entry_limit: z.number().nullable() });

describe('plans', () => {
  let t: TestApp;
  let admin: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    admin = await seedTenant(t.app, { platformRole: 'admin' });
  });
  afterAll(() => t.close());

  const asAdmin = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    t.request(method, path, { token: admin.token, body, headers });
  const newPlan = (more: Record<string, unknown> = {}) => ({
    code: `plan-${randomBytes(4).toString('hex')}`,
    name: 'Pro',
    price: 9.99,
    currency: 'EUR',
    interval: 'month',
    ...more,
  });

  it('are made with exact prices, read by everybody, and logged once', async () => {
    const body = newPlan({ entry_limit: 100, limits: { projects: 3, sso: false } });
    const created = await asAdmin('POST', '/api/v1/plans', body);
    expect(created).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/plans/${body.code}` },
      body: { ...body, price: '9.99', active: true },
    });
    const read = await t.request('GET', `/api/v1/plans/${body.code}`);
    expect(read).toMatchObject({ status: 200, text: created.text });
    const log = await asAdmin('GET', '/api/v1/activity?event_type=plan.created&limit=200');
    const entries = pageShape(activityShape.extend({ payload: z.object({ code: z.string() }) }))
      .parse(log.body)
      .data.filter(({ payload }) => payload.code === body.code);
    expect(entries).toHaveLength(1);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ price: '0' }, '0.00'],
    [{ price: '1e2' }, '100.00'],
    [{ price: 99_999_999.99 }, '99999999.99'],
    [{ price: '1000', currency: 'JPY' }, '1000'],
  ])('take %p as %s', async (more, price) => {
    const created = await asAdmin('POST', '/api/v1/plans', newPlan(more));
    expect(created).toMatchObject({ status: 201, body: { price } });
    const { code } = planShape.parse(created.body);
    expect((await t.request('GET', `/api/v1/plans/${code}`)).body).toMatchObject({ price });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['three decimals', { price: '9.999' }, 'price'],
    ['a negative price', { price: -1 }, 'price'],
    ['a price beyond the column', { price: 100_000_000 }, 'price'],
    ['half a yen', { price: '0.5', currency: 'JPY' }, 'price'],
    ['a currency with three decimals', { currency: 'KWD' }, 'currency'],
    ['a currency that is none', { currency: 'XYZ' }, 'currency'],
    ['another interval', { interval: 'week' }, 'interval'],
    ['a negative limit', { entry_limit: -1 }, 'entry_limit'],
    ['a second entry limit', { limits: { entry_limit: 3 } }, 'limits'],
    ['a code with a slash', { code: 'a/b' }, 'code'],
    ['an unknown field', { colour: 'red' }, 'colour'],
  ])('refuse %s', async (_, more, path) => {
    const answer = await asAdmin('POST', '/api/v1/plans', newPlan(more));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  it('name a currency that has too many decimals', async () => {
    const answer = await asAdmin('POST', '/api/v1/plans', newPlan({ currency: 'BHD' }));
    expect(answer.text).toContain('BHD has 3 decimals');
  });

  it('have each their code once', async () => {
    const body = newPlan();
    const answers = await Promise.all([1, 2, 3, 4].map(() => asAdmin('POST', '/api/v1/plans', body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'plans.code_taken' });
  });

  it('are replaced whole, at once for every organisation, and only by who has read the newest version', async () => {
    const body = newPlan({ entry_limit: 5 });
    const path = `/api/v1/plans/${body.code}`;
    await asAdmin('POST', '/api/v1/plans', body);
    const before = await t.request('GET', path);
    const etag = before.headers['etag'] ?? '';
    const replacement = { name: 'Pro 2', price: '19.00', currency: 'EUR', interval: 'month' };
    const replaced = await asAdmin('PUT', path, replacement, { 'if-match': etag });
    expect(replaced).toMatchObject({
      status: 200,
      body: { ...replacement, code: body.code, entry_limit: null, limits: {}, active: true },
    });
    // Another organisation has read it before, and has it in its cache.
    expect((await t.request('GET', path)).text).toBe(replaced.text);
    expect((await asAdmin('PUT', path, replacement, { 'if-match': etag })).status).toBe(412);
    expect((await asAdmin('PUT', path, { ...replacement, code: 'other' })).status).toBe(422);
    expect((await asAdmin('PUT', '/api/v1/plans/none', replacement)).status).toBe(404);
  });

  it('that are replaced by the same have no second entry in the log', async () => {
    const body = newPlan({ limits: { b: 1, a: 2 } });
    await asAdmin('POST', '/api/v1/plans', body);
    const same = { ...body, limits: { a: 2, b: 1 } };
    const [one, two] = [
      await asAdmin('PUT', `/api/v1/plans/${body.code}`, same),
      await asAdmin('PUT', `/api/v1/plans/${body.code}`, same),
    ];
    expect([one.status, two.text]).toEqual([200, one.text]);
    const log = await asAdmin('GET', '/api/v1/activity?event_type=plan.updated&limit=200');
    expect(log.text).not.toContain(body.code);
  });

  it('are managed by platform admins only', async () => {
    const body = newPlan();
    expect((await t.request('POST', '/api/v1/plans', { body })).status).toBe(403);
    expect((await t.request('PUT', '/api/v1/plans/x', { body: { ...body, code: 'x' } })).status).toBe(403);
    expect((await t.request('POST', '/api/v1/plans', { body, token: null })).status).toBe(401);
  });

  it('are listed newest first, each once, by pages and by state', async () => {
    await asAdmin('POST', '/api/v1/plans', newPlan({ active: false }));
    const all = pageShape(planShape).parse((await t.request('GET', '/api/v1/plans?limit=200')).body).data;
    const walked: string[] = [];
    for (let path: string | null = '/api/v1/plans?limit=2'; path !== null;) {
      const page = pageShape(planShape).parse((await t.request('GET', path)).body);
      walked.push(...page.data.map(({ code }) => code));
      const next = page.page.next_cursor;
      path = next === null ? null : `/api/v1/plans?limit=2&cursor=${next}`;
    }
    expect(walked).toEqual(all.map(({ code }) => code));
    const inactive = await t.request('GET', '/api/v1/plans?active=false');
    expect(pageShape(planShape).parse(inactive.body).data).toHaveLength(1);
  });
});

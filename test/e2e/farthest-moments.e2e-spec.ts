import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { activityShape, pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const TOO_FAR = ['9999-12-31T23:59:59-23:59', '0000-12-31T23:59:59Z', '0001-01-01T00:00:00+00:01'];
const FARTHEST = ['9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z'];

describe('the farthest moments', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const record = (occurred_at: string) =>
    t.request('POST', '/api/v1/activity', { body: { event_type: 'x', occurred_at } });
  const createKey = (expires_at: string) =>
    t.request('POST', '/api/v1/api-keys', {
      body: { name: 'CI', scopes: ['*'], environment: 'test', expires_at },
    });

  it.each(TOO_FAR)('are refused beyond the years that every store has: %s', async (moment) => {
    for (const [answer, path] of [
      [await record(moment), 'occurred_at'],
      [await createKey(moment), 'expires_at'],
    ] as const) {
      const paths = problemShape.parse(answer.body).errors.map((error) => error.path);
      expect([answer.status, paths]).toEqual([422, [path]]);
    }
    const query = `from=${encodeURIComponent(moment)}`;
    expect((await t.request('GET', `/api/v1/activity?${query}`)).status).toBe(400);
    expect((await t.request('GET', `/api/v1/activity/verify?${query}`)).status).toBe(400);
  });

  it('are taken, and pages walk over them', async () => {
    for (const moment of FARTHEST) {
      expect((await record(moment)).status).toBe(201);
      const isPast = new Date(moment) < new Date();
      expect((await createKey(moment)).status).toBe(isPast ? 422 : 201);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await t.request('GET', `/api/v1/activity?event_type=x&limit=1${query}`);
      const { data, page } = pageShape(activityShape).parse(answer.body);
      seen.push(...data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(FARTHEST.length);
  });
});

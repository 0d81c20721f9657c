import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import type { FocusSession } from '../../src/modules/focus-sessions/focus-session.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const WITHIN_MS = 5_000;
const made = z.looseObject({ id: z.uuid() });
const day = z.object({
  date: z.string(),
  entries: z.number(),
  moods: z.number(),
  average_intensity: z.number().nullable(),
  focus_seconds: z.number(),
});
const calendarShape = z.object({ data: z.array(day) });
const shape = z.object({
  entries: z.number(),
  words: z.number(),
  moods: z.number(),
  average_intensity: z.number().nullable(),
  focus_sessions: z.number(),
  focus_seconds: z.number(),
  current_streak_days: z.number(),
  longest_streak_days: z.number(),
  best_hours: z.array(z.number()),
});

describe('insights', () => {
  let t: TestApp;
  let member: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
  });
  beforeEach(async () => {
    member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  });
  afterAll(() => t.close());

  const send = async (method: string, path: string, body?: unknown) => {
    const options = { token: member.token, ...(body !== undefined && { body }) };
    const answer = await t.request(method, `/api/v1/${path}`, options);
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };
  const read = async () => shape.parse(await send('GET', 'insights'));
  const until = (isIt: (insights: z.infer<typeof shape>) => boolean) => eventually(read, isIt, WITHIN_MS);
  const month = async (name: string) =>
    calendarShape.parse(await send('GET', `insights/calendar?month=${name}`)).data;
  const verify = (isRepair = false) =>
    t.app.get(Reconciliation, { strict: false }).verify({ only: ['insights'], isRepair, detailLimit: 9 });
  const settled = () => eventually(verify, ({ ok }) => ok, WITHIN_MS);

  /** A session that began at a moment and has ended after so many seconds of focus. */
  const focus = async (startedAt: string, seconds: number) => {
    const plan = { session_type: 'deep_work', planned_duration_seconds: 3_600 };
    const { id } = made.parse(await send('POST', 'focus-sessions', plan));
    const sessions = t.app.get(Mongo).collection<FocusSession>('focus_sessions');
    await sessions.updateOne({ _id: id }, { $set: { started_at: new Date(startedAt) } });
    await send('POST', `focus-sessions/${id}/ticks`, { elapsed_seconds: seconds });
    await send('POST', `focus-sessions/${id}/complete`, { productivity_rating: 5 });
    return id;
  };

  it('are nothing at first', async () => {
    expect(await read()).toEqual({
      ...{ entries: 0, words: 0, moods: 0, average_intensity: null, focus_sessions: 0, focus_seconds: 0 },
      ...{ current_streak_days: 0, longest_streak_days: 0, best_hours: [] },
    });
    const days = await month('2028-02');
    expect(days).toHaveLength(29);
    expect(days[28]).toEqual({
      ...{ date: '2028-02-29', entries: 0, moods: 0, average_intensity: null, focus_seconds: 0 },
    });
    const refused = await t.request('GET', '/api/v1/insights/calendar?month=2026-13', {
      token: member.token,
    });
    expect(refused.status).toBe(400);
  });

  it('count focus sessions within 5 s, by the days of the time zone, and anew for another one', async () => {
    await focus('2026-03-10T23:30:00.000Z', 600);
    await focus('2026-03-10T09:10:00.000Z', 900);
    expect(await until(({ focus_sessions: count }) => count === 2)).toMatchObject({
      focus_seconds: 1_500,
      best_hours: [9, 23],
    });
    const focused = async () =>
      (await month('2026-03'))
        .filter((each) => each.focus_seconds > 0)
        .map((each) => [each.date, each.focus_seconds]);
    expect(await focused()).toEqual([['2026-03-10', 1_500]]);
    await send('PATCH', 'profile', { time_zone: 'Europe/Berlin' });
    await until(({ best_hours: hours }) => hours[1] === 0);
    expect(await focused()).toEqual([
      ['2026-03-10', 900],
      ['2026-03-11', 600],
    ]);
    expect((await read()).best_hours).toEqual([10, 0]);
    await settled();
  });

  it('count entries on their date and moods where they were recorded, as they are changed and deleted', async () => {
    await send('PATCH', 'profile', { time_zone: 'Asia/Kathmandu' });
    const write = async (entry_date: string, content: string) =>
      made.parse(
        await send('POST', 'journal/entries', { title: 'A day', content, entry_type: 'text', entry_date }),
      ).id;
    const today = new Date().toISOString().slice(0, 10);
    const moved = await write('2026-02-01', 'one two three');
    const gone = await write('2026-02-02', 'four');
    await write('2026-02-03', 'fünf, sechs');
    await write(today, '');
    const categoryId = made.parse(await send('POST', 'mood-categories', { name: 'Calm' })).id;
    const feel = async (intensity: number, recorded_at: string) =>
      made.parse(
        await send('POST', 'moods', { category_id: categoryId, intensity, factors: [], recorded_at }),
      ).id;
    const first = await feel(4, '2026-02-01T18:20:00.000Z');
    const second = await feel(9, '2026-02-01T18:10:00.000Z');
    expect(await until(({ entries, moods }) => entries === 4 && moods === 2)).toMatchObject({
      ...{ words: 6, average_intensity: 6.5, current_streak_days: 1, longest_streak_days: 3 },
    });
    const full = async () =>
      (await month('2026-02')).flatMap(({ date, entries, moods, average_intensity: average }) =>
        entries + moods > 0 ? [[date, entries, moods, average]] : [],
      );
    // 18:15 UTC is midnight in Kathmandu.
    expect(await full()).toEqual([
      ['2026-02-01', 1, 1, 9],
      ['2026-02-02', 1, 1, 4],
      ['2026-02-03', 1, 0, null],
    ]);
    await send('PATCH', `journal/entries/${moved}`, { entry_date: '2026-02-10', content: 'seven' });
    await send('DELETE', `journal/entries/${gone}`);
    await send('PATCH', `moods/${first}`, { recorded_at: '2026-02-20T09:00:00.000Z', intensity: 5 });
    await send('DELETE', `moods/${second}`);
    await until(({ entries, words, moods }) => entries === 3 && words === 3 && moods === 1);
    await settled();
    expect(await full()).toEqual([
      ['2026-02-03', 1, 0, null],
      ['2026-02-10', 1, 0, null],
      ['2026-02-20', 0, 1, 5],
    ]);
  });

  it('are compared by db:verify, repaired, and made from nothing', async () => {
    await focus('2026-04-10T09:10:00.000Z', 900);
    await focus('2026-04-11T09:10:00.000Z', 300);
    await until(({ focus_sessions: count }) => count === 2);
    const days = t.app.get(Mongo).collection('daily_activity_logs');
    const totals = t.app.get(Mongo).collection('user_analytics');
    const own = { user_id: member.userId };
    await settled();

    await days.updateOne({ ...own, date: '2026-04-10' } as object, { $set: { focus_seconds: 1 } });
    await days.deleteOne({ ...own, date: '2026-04-11' } as object);
    await totals.updateOne(own as object, { $set: { 'totals.focus_seconds': 2 } });
    expect((await verify()).checks[0]).toMatchObject({ different: 2, missing: 1, extra: 0 });
    expect((await verify(true)).remaining).toBe(0);

    await days.deleteMany(own as object);
    await totals.deleteMany(own as object);
    expect((await verify(true)).remaining).toBe(0);
    expect(await read()).toMatchObject({ focus_sessions: 2, focus_seconds: 1_200, best_hours: [9] });
  });

  it('hear of ticks that are counted after the end of their session', async () => {
    const id = await focus('2026-05-10T09:10:00.000Z', 60);
    await until(({ focus_seconds: seconds }) => seconds === 60);
    const sessions = t.app.get(Mongo).collection<FocusSession>('focus_sessions');
    // As a tick does that comes out of the spool.
    await sessions.updateOne({ _id: id }, { $max: { claimed_seconds: 75 }, $set: { has_new_ticks: true } });
    await until(({ focus_seconds: seconds }) => seconds === 75);
  });

  it('belong to their person, and go with the account', async () => {
    await focus('2026-06-10T09:10:00.000Z', 60);
    await until(({ focus_sessions: count }) => count === 1);
    expect((await t.request('GET', '/api/v1/insights')).body).toMatchObject({ focus_sessions: 0 });
    expect((await t.request('DELETE', `/api/v1/users/${member.userId}`)).status).toBe(204);
    await eventually(
      async () =>
        (await t.app
          .get(Mongo)
          .collection('user_analytics')
          .countDocuments({ user_id: member.userId } as object)) +
        (await t.app
          .get(Mongo)
          .collection('daily_activity_logs')
          .countDocuments({ user_id: member.userId } as object)),
      (count) => count === 0,
    );
  });
});

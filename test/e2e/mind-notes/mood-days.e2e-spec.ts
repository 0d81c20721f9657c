import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { MoodPeople, MOODS } from '../../support/mood-people.js';
import { problemShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const trendsShape = z.object({
  data: z.array(z.object({ start: z.string(), average_intensity: z.number().nullable(), count: z.number() })),
  factors: z.array(z.looseObject({ name: z.string(), average_intensity: z.number() })),
});

describe('moods over time', () => {
  let t: TestApp;
  let people: MoodPeople;
  beforeAll(async () => {
    t = await createTestApp();
    people = new MoodPeople(t);
  });
  afterAll(() => t.close());

  it('have pages that a walk goes through once, also with equal moments, while others come and go', async () => {
    const person = await people.member();
    const category_id = await people.category(person);
    const made: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const recorded_at = `2026-03-${String(1 + (n % 5)).padStart(2, '0')}T12:00:00.000Z`;
      made.push(await people.record(person, { category_id, recorded_at }));
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof people.list>> = await people.list(
        person,
        `limit=4${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.next_cursor;
      await people.record(person, { category_id, recorded_at: '2026-04-01T00:00:00.000Z' });
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('are of the days that the profile’s zone shows, at once after it was changed', async () => {
    const person = await people.member();
    const ask = people.as(person);
    const category_id = await people.category(person);
    // The hour before and the first hour of 2025-11-02 in Havana, whose midnight comes twice, and the last of that day.
    const at = ['2025-11-02T03:30:00.000Z', '2025-11-02T04:30:00.000Z', '2025-11-03T04:30:00.000Z'];
    const ids: string[] = [];
    for (const recorded_at of at) ids.push(await people.record(person, { category_id, recorded_at }));
    const [before, first, last] = ids;
    const ofDay = async (date: string) =>
      (await people.list(person, `date_from=${date}&date_to=${date}`)).data.map(({ id }) => id);
    expect(await ofDay('2025-11-02')).toEqual([first, before]);
    for (const [zone, expected] of [
      ['America/Havana', [last, first]],
      ['Asia/Kathmandu', [first, before]],
      ['Pacific/Kiritimati', [first, before]],
      ['America/Havana', [last, first]],
    ] as const) {
      expect((await ask('PATCH', '/api/v1/profile', { time_zone: zone })).status).toBe(200);
      expect([zone, await ofDay('2025-11-02')]).toEqual([zone, expected]);
    }
    expect((await people.list(person, 'date_from=2025-11-03')).data).toEqual([]);
    const empty = await ask('GET', `${MOODS}?date_from=2025-11-03&date_to=2025-11-02`);
    expect([empty.status, problemShape.parse(empty.body).code]).toEqual([400, 'moods.empty_range']);
    for (const wrong of ['date_from=2025-02-30', 'date_to=yesterday', 'from=2025-11-02'])
      expect((await ask('GET', `${MOODS}?${wrong}`)).status).toBe(400);
  });

  it('have trends by day and week in the profile’s zone, with what goes with high and low ones', async () => {
    const person = await people.member();
    const ask = people.as(person);
    const category_id = await people.category(person);
    await ask('PATCH', '/api/v1/profile', { time_zone: 'Europe/Berlin' });
    const sleep = (value: string) => [{ name: 'Sleep', value }];
    // Clocks are put back on Sunday, 25 October: that day has 25 hours.
    await people.record(person, {
      category_id,
      intensity: 9,
      factors: sleep('good'),
      recorded_at: '2026-10-24T22:00:00.000Z',
    });
    await people.record(person, {
      category_id,
      intensity: 6,
      factors: sleep('good'),
      recorded_at: '2026-10-25T22:59:59.999Z',
    });
    await people.record(person, {
      category_id,
      intensity: 2,
      factors: sleep('poor'),
      recorded_at: '2026-10-25T23:00:00.000Z',
    });
    const trends = async (query: string) =>
      trendsShape.parse((await ask('GET', `${MOODS}/trends?${query}`)).body);
    const range = 'date_from=2026-10-24&date_to=2026-10-27';
    expect(await trends(range)).toEqual({
      data: [
        { start: '2026-10-23T22:00:00.000Z', average_intensity: null, count: 0 },
        { start: '2026-10-24T22:00:00.000Z', average_intensity: 7.5, count: 2 },
        { start: '2026-10-25T23:00:00.000Z', average_intensity: 2, count: 1 },
        { start: '2026-10-26T23:00:00.000Z', average_intensity: null, count: 0 },
      ],
      factors: [
        { name: 'Sleep', value: 'good', average_intensity: 7.5, count: 2 },
        { name: 'Sleep', value: 'poor', average_intensity: 2, count: 1 },
      ],
    });
    expect((await trends(`interval=week&${range}`)).data).toEqual([
      { start: '2026-10-18T22:00:00.000Z', average_intensity: 7.5, count: 2 },
      { start: '2026-10-25T23:00:00.000Z', average_intensity: 2, count: 1 },
    ]);
    expect((await trends('')).data).toHaveLength(30);
    expect((await trends('interval=week')).data).toHaveLength(12);
    const long = await ask('GET', `${MOODS}/trends?date_from=2020-01-01&date_to=2026-01-01`);
    expect([long.status, problemShape.parse(long.body).code]).toEqual([400, 'moods.range_too_large']);
  });
});

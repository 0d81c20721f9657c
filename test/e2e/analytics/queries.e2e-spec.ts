import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Config } from '../../../src/config/config.js';
import { Reconciliation } from '../../../src/flows/reconciliation/reconciliation.js';
import { ROLL_UPS_COLLECTION, type RollUp } from '../../../src/modules/analytics/roll-up.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Redis } from '../../../src/stores/redis/redis.js';
import { eventually } from '../../support/eventually.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/analytics';
const HOUR_MS = 3_600_000;
const EVENTS = 4_000;

const seriesShape = z.object({
  interval: z.string(),
  tz: z.string(),
  series: z.array(
    z.object({
      group: z.string().nullable(),
      points: z.array(z.object({ start: z.string(), value: z.number() })),
    }),
  ),
});
const liveShape = z.object({
  minutes: z.array(z.object({ start: z.string(), count: z.number() })),
  users: z.number(),
  trending: z.array(z.object({ event_name: z.string(), count: z.number() })),
  source: z.string(),
});

interface Sent {
  event_name: string;
  user_id: string;
  timestamp: string;
  properties: { plan?: string };
}

/** Both changes of both zones, of the year before this month: 30 hours before and after each. */
const CHANGES = ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01'];

/** The local date, or hour, of a moment by `Intl`: another implementation than the one that is tested. */
function localText(ms: number, zone: string, interval: 'day' | 'hour'): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
    timeZoneName: 'shortOffset',
  }).formatToParts(ms);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${of('year')}-${of('month')}-${of('day')}`;
  return interval === 'day' ? date : `${date}T${of('hour')} ${of('timeZoneName')}`;
}

describe('questions about events', () => {
  let t: TestApp;
  const sent: Sent[] = [];
  beforeAll(async () => {
    t = await createTestApp();
    for (let n = 0; n < EVENTS; n += 1) {
      const noon = Date.parse(`${CHANGES[n % 4]}T12:00:00Z`);
      const at = noon + (((n * 7_919) % 60_000) / 60_000 - 0.5) * 60 * HOUR_MS;
      sent.push({
        event_name: n % 5 === 0 ? 'click' : 'view',
        user_id: `u${(n * 31) % 97}`,
        timestamp: new Date(Math.floor(at)).toISOString(),
        properties: n % 3 === 0 ? {} : { plan: `plan-${n % 13}` },
      });
    }
    for (let n = 0; n < EVENTS; n += 1_000) {
      const answer = await t.request('POST', `${PATH}/batch`, { body: { events: sent.slice(n, n + 1_000) } });
      expect(answer.status).toBe(200);
    }
  }, 120_000);
  afterAll(() => t.close());

  const series = async (query: Record<string, string>) => {
    const answer = await t.request('GET', `${PATH}/series?${new URLSearchParams(query).toString()}`);
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, answer.text.slice(0, 300)]);
    return seriesShape.parse(answer.body).series;
  };

  describe.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'])('in %s', (zone) => {
    it.each(CHANGES.flatMap((change) => [[change, 'day'] as const, [change, 'hour'] as const]))(
      'around %s, by %s, equal an independent count',
      async (change, interval) => {
        // Not at a whole quarter of an hour, so that the ends are counted one by one.
        const from = new Date(Date.parse(`${change}T12:00:00Z`) - 29 * HOUR_MS + 123_456).toISOString();
        const to = new Date(Date.parse(`${change}T12:00:00Z`) + 29 * HOUR_MS + 7_777).toISOString();
        const [only] = await series({ event_name: 'view', interval, tz: zone, from, to });
        const expected = new Map<string, number>();
        for (const { event_name, timestamp } of sent) {
          if (event_name !== 'view' || timestamp < from || timestamp >= to) continue;
          const text = localText(Date.parse(timestamp), zone, interval);
          expected.set(text, (expected.get(text) ?? 0) + 1);
        }
        const found = (only?.points ?? []).map(({ start, value }): [string, number] => [
          localText(Date.parse(start), zone, interval),
          value,
        ]);
        expect(new Set(found.map(([text]) => text)).size).toBe(found.length);
        expect(new Map(found.filter(([, value]) => value > 0))).toEqual(expected);
      },
    );
  });

  const RANGE = { from: '2026-10-20T00:00:00Z', to: '2026-11-10T00:00:00Z' };
  const within = sent.filter.bind(sent);
  const inRange = () => within(({ timestamp }) => timestamp >= RANGE.from && timestamp < RANGE.to);

  it('count persons, each once in a bucket, and groups with all others together', async () => {
    const [persons] = await series({ ...RANGE, interval: 'month', measure: 'users' });
    const october = inRange().filter(({ timestamp }) => timestamp < '2026-11');
    expect(persons?.points[0]?.value).toBe(new Set(october.map(({ user_id }) => user_id)).size);
    const groups = await series({ ...RANGE, interval: 'month', group_by: 'properties.plan' });
    const counts = new Map<string | null, number>();
    for (const { properties } of inRange())
      counts.set(properties.plan ?? null, (counts.get(properties.plan ?? null) ?? 0) + 1);
    const found = groups.map(({ group, points }) => [group, points.reduce((sum, p) => sum + p.value, 0)]);
    expect(found).toHaveLength(11);
    expect(found.at(-1)?.[0]).toBe('$other');
    for (const [group, total] of found.slice(0, 10)) expect(total).toBe(counts.get(group as string | null));
    expect(found.reduce((sum, [, total]) => sum + Number(total), 0)).toBe(inRange().length);
  });

  it('list the most frequent events with their persons', async () => {
    const answer = await t.request('GET', `${PATH}/top?${new URLSearchParams(RANGE).toString()}`);
    const expected = ['view', 'click'].map((event_name) => {
      const events = inRange().filter((each) => each.event_name === event_name);
      return { event_name, count: events.length, users: new Set(events.map(({ user_id }) => user_id)).size };
    });
    expect(answer.body).toEqual({ data: expected });
  });

  it('follow persons through a funnel', async () => {
    const at = (minutes: number) => new Date(Date.UTC(2026, 5, 1, 0, minutes)).toISOString();
    const event = (user_id: string, event_name: string, minutes: number) => ({
      ...{ user_id, event_name, timestamp: at(minutes) },
    });
    await t.request('POST', `${PATH}/batch`, {
      body: {
        events: [
          ...[event('f1', 'start', 0), event('f1', 'pay', 30), event('f2', 'start', 0)],
          ...[event('f2', 'pay', 90), event('f3', 'pay', 0), event('f3', 'start', 5)],
          { ...event('x', 'start', 1), user_id: undefined, anonymous_id: 'f1' },
        ],
      },
    });
    const query = 'steps=start,pay&window=1h&from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z';
    const answer = await t.request('GET', `${PATH}/funnel?${query}`);
    expect(answer.body).toEqual({
      steps: [
        { event_name: 'start', count: 4, conversion: 1, median_seconds: null },
        { event_name: 'pay', count: 1, conversion: 0.25, median_seconds: 1_800 },
      ],
    });
  });

  it.each([
    ['series?tz=Mars/Olympus', 'tz'],
    ['series?interval=second', 'interval'],
    ['series?group_by=plan', 'group_by'],
    ['series?interval=hour&from=2025-01-01T00:00:00Z', 'from'],
    ['series?measure=users&from=2025-12-01T00:00:00Z', 'from'],
    ['series?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'from'],
    ['funnel?steps=a', 'steps'],
    ['funnel?steps=a,b&window=soon', 'window'],
    ['top?limit=0', 'limit'],
  ])('refuse %s', async (query, path) => {
    const answer = await t.request('GET', `${PATH}/${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`"path":"${path}`);
  });

  describe('the last hour', () => {
    const live = async () => liveShape.parse((await t.request('GET', `${PATH}/live`)).body);
    const post = (event_name: string, user_id: string) =>
      t.request('POST', `${PATH}/events`, { body: { event_name, user_id } });

    it('is counted by Redis, and by MongoDB once Redis was emptied', async () => {
      await post('now', 'n1');
      expect((await live()).source).toBe('mongodb');
      const before = await live();
      expect(before.source).toBe('redis');
      await post('now', 'n2');
      await post('now', 'n2');
      const trendingOf = ({ trending }: z.infer<typeof liveShape>) =>
        trending.find(({ event_name }) => event_name === 'now')?.count;
      const after = await eventually(live, (hour) => trendingOf(hour) === 3);
      expect([after.source, after.users - before.users, after.minutes.length]).toEqual(['redis', 1, 60]);
      const { keyPrefix } = t.app.get(Config).redis;
      await t.app.get(Redis).run((client) => client.del(`${keyPrefix}:{${t.tenant.orgId}}:live:filled`));
      const refilled = await live();
      expect([refilled.source, trendingOf(refilled), refilled.users]).toEqual(['mongodb', 3, after.users]);
      expect(await live()).toEqual({ ...refilled, source: 'redis' });
    });
  });

  describe('roll-ups', () => {
    const verify = (isRepair: boolean) =>
      t.app
        .get(Reconciliation, { strict: false })
        .verify({ only: ['analytics-rollups'], isRepair, detailLimit: 20 });

    it('equal a recount, and are set right where they do not', async () => {
      // What was just stored may still be on its way into the roll-ups.
      await eventually(
        () => verify(false),
        ({ ok }) => ok,
      );
      const rollUps = t.app.get(Mongo).collection<RollUp>(ROLL_UPS_COLLECTION);
      const all = await rollUps.find({ event_name: 'view' }).sort({ _id: 1 }).toArray();
      const [wrong, gone] = all;
      await rollUps.updateOne({ _id: wrong?._id ?? '' }, { $inc: { count: 1, 'quarters.3': 1 } });
      await rollUps.deleteOne({ _id: gone?._id ?? '' });
      const extra = {
        ...wrong,
        _id: `${t.tenant.orgId}:2026-10-01:api:never`,
        event_name: 'never',
        day: '2026-10-01',
      };
      await rollUps.insertOne(extra as RollUp);
      const [check] = (await verify(false)).checks;
      expect(check).toMatchObject({ missing: 1, extra: 1, different: 1 });
      expect(await verify(true)).toMatchObject({ ok: true, remaining: 0 });
      const repaired = await rollUps.find({ event_name: 'view' }).sort({ _id: 1 }).toArray();
      const counts = (list: readonly RollUp[]) => list.map(({ _id, count }) => [_id, count]);
      expect(counts(repaired)).toEqual(counts(all));
      expect((await verify(false)).ok).toBe(true);
    });
  });
});

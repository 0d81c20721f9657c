import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Clock } from '../../../src/common/time/clock.js';
import { Retention } from '../../../src/flows/retention/retention.js';
import { anEvent, createTestStores, Flows, type TestStores } from '../flows/support/flows-harness.js';
import {
  DAY_MS,
  monthOf,
  monthsFromNow,
  monthsOf,
  placeOf,
  sealEverything,
  sqlOf,
  writeEvent,
} from './logged-months.js';

describe('the event log', () => {
  let stores: TestStores;
  let flows: Flows;
  const clock = { now: () => new Date() };
  beforeEach(async () => {
    clock.now = () => new Date();
    stores = await createTestStores({ EVENT_LOG_RETENTION_DAYS: '90' });
    flows = await Flows.start(stores, { env: { PROCESS_ROLE: 'api' }, replace: [[Clock, clock]] });
  });
  afterEach(async () => {
    await flows.close();
    await stores.drop();
  });

  const sql = () => sqlOf(flows);
  const retain = () => flows.get(Retention).run();
  const makeSince = (months: number) =>
    sql()`select outbox_make_partitions(now() + ${months} * interval '1 month', now())`;

  it('has this month and the three that come, and puts a new event into its month', async () => {
    expect(await monthsOf(sql())).toEqual([0, 1, 2, 3].map((n) => monthOf(monthsFromNow(n))).sort());
    const event = anEvent();
    await flows.commit(event);
    const [row] = await sql()<{ place: string }[]>`
      select tableoid::regclass::text as place from outbox_events where organization_id = ${event.orgId}`;
    expect(row?.place).toBe(monthOf(new Date()));
  });

  it('takes an event of any time, and gives it its month later', async () => {
    const next = await writeEvent(sql(), monthsFromNow(4));
    const odd = await writeEvent(sql(), new Date(0));
    for (const id of [next, odd]) expect(await placeOf(sql(), id)).toBe('outbox_events_default');
    await sql()`select outbox_make_partitions(now(), now() + interval '4 months')`;
    expect(await placeOf(sql(), next)).toBe(monthOf(monthsFromNow(4)));
    expect(await retain()).toEqual({ made: 0, dropped: [], kept: null, trimmed: 1 });
    expect(await placeOf(sql(), odd)).toBeUndefined();
  });

  it('makes the months in which nobody made any', async () => {
    await makeSince(-2);
    await sql().unsafe(`drop table ${monthOf(monthsFromNow(-1))}`);
    const id = await writeEvent(sql(), monthsFromNow(-1));
    expect(await placeOf(sql(), id)).toBe('outbox_events_default');
    expect(await retain()).toMatchObject({ made: 1, trimmed: 0 });
    expect(await placeOf(sql(), id)).toBe(monthOf(monthsFromNow(-1)));
  });

  it('drops the months beyond the retention, from the oldest to the first that the queue still needs', async () => {
    await sealEverything(sql());
    await makeSince(-8);
    const events = await Promise.all([-7, -6, -5, -1, 0].map((n) => writeEvent(sql(), monthsFromNow(n))));
    const waiting = events[1] ?? '';
    await sql()`
      insert into outbox_queue (event_id, aggregate, available_at, dead_at) values (${waiting}, 'user:x', now(), now())`;
    const first = await retain();
    expect(first.dropped).toEqual([-8, -7].map((n) => monthOf(monthsFromNow(n))));
    expect(first.kept).toBe(monthOf(monthsFromNow(-6)));
    const left = async () =>
      (await Promise.all(events.map((id) => placeOf(sql(), id)))).map((place) => place !== undefined);
    expect(await left()).toEqual([false, true, true, true, true]);
    await sql()`delete from outbox_queue where event_id = ${waiting}::uuid`;
    expect((await retain()).dropped).toEqual(
      expect.arrayContaining([-6, -5].map((n) => monthOf(monthsFromNow(n)))),
    );
    expect(await left()).toEqual([false, false, false, true, true]);
    expect(await retain()).toEqual({ made: 0, dropped: [], kept: null, trimmed: 0 });
  });

  it('keeps what the audit seal has not seen', async () => {
    await makeSince(-6);
    expect(await retain()).toMatchObject({ dropped: [], kept: monthOf(monthsFromNow(-6)) });
    await sql()`insert into audit_sealing (watermark) select outbox_log_beginning()`;
    expect(await retain()).toMatchObject({ dropped: [], kept: monthOf(monthsFromNow(-6)) });
    await sealEverything(sql());
    expect(await retain()).toMatchObject({ kept: null });
    expect(await monthsOf(sql())).not.toContain(monthOf(monthsFromNow(-6)));
  });

  it('keeps ninety days, and not a day of a month that reaches into them', async () => {
    await sealEverything(sql());
    const end = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1));
    clock.now = () => new Date(end.getTime() + 90 * DAY_MS - 1_000);
    expect((await retain()).dropped).toEqual([]);
    clock.now = () => new Date(end.getTime() + 90 * DAY_MS);
    expect((await retain()).dropped).toEqual([monthOf(new Date())]);
  });

  it('deletes what the default partition has only from before its beginning, and when nobody needs it', async () => {
    const [old, dead, recent] = await Promise.all([0, 1, 2].map((n) => writeEvent(sql(), new Date(n))));
    await sql()`update outbox_events set recorded_at = now() where id = ${recent ?? ''}::uuid`;
    await sql()`
      insert into outbox_queue (event_id, aggregate, available_at, dead_at) values (${dead ?? ''}, 'user:x', now(), now())`;
    const future = await writeEvent(sql(), monthsFromNow(20));
    await sql()`update outbox_events set recorded_at = '2020-01-01' where id = ${future}::uuid`;
    expect((await retain()).trimmed).toBe(1);
    const places = await Promise.all([old, dead, recent, future].map((id) => placeOf(sql(), id ?? '')));
    expect(places).toEqual([undefined, ...Array<string>(3).fill('outbox_events_default')]);
  });

  it('looks for one event in its month alone', async () => {
    await makeSince(-8);
    const rows = await sql().unsafe(
      `explain (costs off) select 1 from outbox_events where id = '${newId()}'`,
    );
    expect(
      JSON.stringify([...rows])
        .match(/outbox_events_\d{4}_\d\d/g)
        ?.every((name) => name === monthOf(new Date())),
    ).toBe(true);
    expect(rows.length).toBeLessThanOrEqual(3);
  });
});

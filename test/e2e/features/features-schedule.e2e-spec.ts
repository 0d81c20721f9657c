import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../../src/app.setup.js';
import { ScheduleService } from '../../../src/modules/features/schedule/schedule.service.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { makeDue } from '../../support/scheduled-jobs.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/v1/features';
const IN_A_CENTURY = '2126-01-01T00:00:00.000Z';

interface Flag {
  id: string;
  version: number;
  environments: Record<string, { enabled: boolean }>;
}

describe('a scheduled change of a feature flag', () => {
  let t: TestApp;
  let made = 0;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async () => {
    const key = `scheduled-${(made += 1)}`;
    const body = { key, name: key, flag_type: 'boolean', default_value: false };
    expect((await t.request('POST', PATH, { body })).status).toBe(201);
    return key;
  };
  const place = (key: string, environment = 'production') =>
    `${PATH}/${key}/environments/${environment}/schedule`;
  const get = async (key: string) => (await t.request('GET', `${PATH}/${key}`)).body as Flag;
  const scheduleIds = async () => {
    const { sql } = t.app.get(Postgres);
    const rows = await sql<{ key: string }[]>`
      select key from scheduled_jobs where job = 'features.schedule' order by id desc`;
    return rows.map(({ key }) => key);
  };
  const isOn = async (key: string) => {
    const { body } = await t.request('POST', `${PATH}/evaluate`, {
      body: { environment: 'production', keys: [key] },
    });
    return (body as { flags: Record<string, { value: unknown }> }).flags[key]?.value;
  };

  it('happens once it is due, as a version of its own', async () => {
    const key = await create();
    const body = { at: IN_A_CENTURY, change: { enabled: true, rollout_percentage: 100 } };
    const put = await t.request('PUT', place(key), { body });
    expect({ status: put.status, body: put.body }).toMatchObject({
      status: 200,
      body: { ...body, actor_id: t.tenant.userId },
    });
    expect((await t.request('GET', place(key))).body).toEqual(put.body);
    expect(await get(key)).toMatchObject({ version: 1, environments: {} });
    const [scheduleId = ''] = await scheduleIds();
    await makeDue(t.app, { job: 'features.schedule', orgId: t.tenant.orgId, key: scheduleId });
    await eventually(
      () => isOn(key),
      (value) => value === true,
    );
    expect(await get(key)).toMatchObject({ version: 2, environments: { production: { enabled: true } } });
    expect((await t.request('GET', place(key))).status).toBe(404);
    const history = await t.request('GET', `${PATH}/${key}/history`);
    expect((history.body as { data: unknown[] }).data[0]).toMatchObject({
      kind: 'scheduled',
      actor_id: null,
    });
  });

  it('that is late already happens at once', async () => {
    const key = await create();
    await t.request('PUT', place(key), { body: { at: '2020-01-01T00:00:00Z', change: { enabled: true } } });
    await eventually(
      () => isOn(key),
      (value) => value === true,
    );
  });

  it('happens once, however often and on however many instances its job is run', async () => {
    const key = await create();
    await t.request('PUT', place(key), { body: { at: IN_A_CENTURY, change: { enabled: true } } });
    const [scheduleId = ''] = await scheduleIds();
    const { id } = await get(key);
    const other = await createApp(t.stores.config);
    const services = [t.app, other].map((app) => app.get(ScheduleService));
    const runs = [...services, ...services, ...services];
    await Promise.all(runs.map((service) => service.carryOut(t.tenant.orgId, id, scheduleId)));
    await other.close();
    expect(await get(key)).toMatchObject({ version: 2 });
  });

  it('is replaced by another one of the same environment, and deleted', async () => {
    const key = await create();
    for (const enabled of [true, false])
      await t.request('PUT', place(key), { body: { at: IN_A_CENTURY, change: { enabled } } });
    await t.request('PUT', place(key, 'qa'), { body: { at: IN_A_CENTURY, change: { enabled: true } } });
    expect((await t.request('GET', place(key))).body).toMatchObject({ change: { enabled: false } });
    const before = (await scheduleIds()).length;
    expect((await t.request('DELETE', place(key))).status).toBe(204);
    expect((await t.request('DELETE', place(key))).status).toBe(404);
    expect((await scheduleIds()).length).toBe(before - 1);
    expect((await t.request('GET', place(key, 'qa'))).status).toBe(200);
    // A change of the flag leaves its schedules alone.
    await t.request('PATCH', `${PATH}/${key}`, { body: { stale: true } });
    expect((await t.request('GET', place(key, 'qa'))).status).toBe(200);
  });

  it('is refused where it would not be right', async () => {
    const key = await create();
    for (const body of [
      { at: 'tomorrow', change: {} },
      { at: IN_A_CENTURY },
      { at: IN_A_CENTURY, change: { rollout_percentage: 101 } },
      { at: IN_A_CENTURY, change: { colour: 'red' } },
      { at: IN_A_CENTURY, change: { strategies: [{ name: 'default', segments: [99] }] } },
    ])
      expect((await t.request('PUT', place(key), { body })).status).toBe(422);
    const change = { at: IN_A_CENTURY, change: { enabled: true } };
    expect((await t.request('PUT', place('absent'), { body: change })).status).toBe(404);
    expect((await t.request('PUT', place(key, 'a%20b'), { body: change })).status).toBe(400);
  });
});

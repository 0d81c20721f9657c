import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { DEADLINE_JOB } from '../../src/modules/deployments/deployment-statuses.service.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { eventually } from '../support/eventually.js';
import { makeDue } from '../support/scheduled-jobs.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/deployments';
const shape = z.object({
  id: z.uuid(),
  environment: z.string(),
  ref: z.string(),
  state: z.string(),
  rollback_of: z.string().nullable(),
  source_deployment_id: z.string().nullable(),
});
const statusShape = z.object({
  state: z.string(),
  description: z.string().nullable(),
  created_by: z.string().nullable(),
});
const entryShape = z.object({
  event_type: z.string(),
  resource_type: z.string(),
  payload: z.record(z.string(), z.unknown()),
});
const environmentsShape = z.object({
  data: z.array(
    z.object({ name: z.string(), active_deployment_id: z.string().nullable(), last_state: z.string() }),
  ),
});

describe('deployments', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const anEnvironment = (): string => `env-${newId()}`;
  const create = async (environment: string, ref: string, more: Record<string, unknown> = {}) => {
    const answer = await t.request('POST', PATH, { body: { environment, ref, ...more } });
    expect(answer.status).toBe(201);
    return shape.parse(answer.body);
  };
  const say = (id: string, state: string) => t.request('POST', `${PATH}/${id}/statuses`, { body: { state } });
  const succeed = async (environment: string, ref: string, more: Record<string, unknown> = {}) => {
    const deployment = await create(environment, ref, more);
    for (const state of ['in_progress', 'success'])
      expect((await say(deployment.id, state)).status).toBe(201);
    return deployment;
  };
  const read = async (id: string) => shape.parse((await t.request('GET', `${PATH}/${id}`)).body);
  const statusesOf = async (id: string) => {
    const { body } = await t.request('GET', `${PATH}/${id}/statuses`);
    return pageShape(statusShape.loose())
      .parse(body)
      .data.map(({ state }) => state);
  };
  const environment = async (name: string) => {
    const { data } = environmentsShape.parse((await t.request('GET', '/api/v1/environments')).body);
    return data.find((each) => each.name === name);
  };

  it('have a history that only grows, newest first, and an activity entry for each step', async () => {
    const { id } = await create(anEnvironment(), 'main');
    for (const state of ['queued', 'in_progress', 'success']) expect((await say(id, state)).status).toBe(201);
    expect(await statusesOf(id)).toEqual(['success', 'in_progress', 'queued', 'pending']);
    const { body } = await t.request('GET', `/api/v1/activity?resource_id=${id}`);
    const entries = pageShape(entryShape.loose()).parse(body).data;
    expect(entries.map(({ event_type, payload }) => [event_type, payload['state']])).toEqual([
      ['deployment.status_added', 'success'],
      ['deployment.status_added', 'in_progress'],
      ['deployment.status_added', 'queued'],
      ['deployment.created', undefined],
    ]);
    expect(new Set(entries.map(({ resource_type }) => resource_type))).toEqual(new Set(['deployment']));
  });

  it('refuse an illegal move and name both states', async () => {
    const { id } = await create(anEnvironment(), 'main');
    const answer = await say(id, 'success');
    expect(answer.status).toBe(409);
    const problem = problemShape.parse(answer.body);
    expect(problem.code).toBe('deployments.illegal_transition');
    expect(problem.detail).toMatch(/pending.*success/);
  });

  it('take nothing after a cancel', async () => {
    const { id } = await create(anEnvironment(), 'main');
    const cancelled = await t.request('POST', `${PATH}/${id}/cancel`);
    expect([cancelled.status, shape.parse(cancelled.body).state]).toEqual([200, 'cancelled']);
    for (const state of ['queued', 'in_progress', 'error']) expect((await say(id, state)).status).toBe(409);
    expect((await t.request('POST', `${PATH}/${id}/cancel`)).status).toBe(409);
    expect(await statusesOf(id)).toEqual(['cancelled', 'pending']);
  });

  it('let 64 concurrent writers make no illegal history', async () => {
    const { id } = await create(anEnvironment(), 'main');
    const states = [
      'queued',
      'in_progress',
      'success',
      'failure',
      'error',
      'cancelled',
      'inactive',
      'pending',
    ];
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => say(id, states[index % states.length] ?? 'queued')),
    );
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const history = (await statusesOf(id)).toReversed();
    expect(history).toHaveLength(1 + answers.filter(({ status }) => status === 201).length);
    const order = ['pending', 'queued', 'in_progress', 'success', 'inactive'];
    const places = history.map((state) => (order.includes(state) ? order.indexOf(state) : order.length));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(history).size).toBe(history.length);
    expect((await read(id)).state).toBe(history.at(-1));
  });

  it('keep one active success for each environment', async () => {
    const name = anEnvironment();
    const first = await succeed(name, 'v1');
    expect(await environment(name)).toMatchObject({ active_deployment_id: first.id, last_state: 'success' });
    const second = await succeed(name, 'v2');
    expect((await read(first.id)).state).toBe('inactive');
    expect(await environment(name)).toMatchObject({ active_deployment_id: second.id });
    const third = await succeed(name, 'v3', { auto_inactive: false });
    expect((await read(second.id)).state).toBe('success');
    expect(await environment(name)).toMatchObject({ active_deployment_id: third.id });
    expect((await say(third.id, 'inactive')).status).toBe(201);
    expect(await environment(name)).toMatchObject({ active_deployment_id: null, last_state: 'inactive' });
  });

  it('let concurrent successes of one environment leave one of them active', async () => {
    const name = anEnvironment();
    const made = await Promise.all(Array.from({ length: 8 }, (_, index) => create(name, `v${index}`)));
    await Promise.all(made.map(({ id }) => say(id, 'in_progress')));
    await Promise.all(made.map(({ id }) => say(id, 'success')));
    const { body } = await t.request('GET', `${PATH}?environment=${name}`);
    const states = pageShape(shape.loose()).parse(body).data;
    const active = states.filter(({ state }) => state === 'success');
    expect(states.map(({ state }) => state).toSorted()).toEqual([
      ...Array<string>(7).fill('inactive'),
      'success',
    ]);
    expect((await environment(name))?.active_deployment_id).toBe(active[0]?.id);
  });

  it('end in error by themselves at their deadline, once', async () => {
    const { id } = await create(anEnvironment(), 'main', { deadline_seconds: 10 });
    await say(id, 'in_progress');
    await makeDue(t.app, { job: DEADLINE_JOB, orgId: t.tenant.orgId, key: id });
    await eventually(
      () => read(id),
      ({ state }) => state === 'error',
    );
    expect(await statusesOf(id)).toEqual(['error', 'in_progress', 'pending']);
    const { body } = await t.request('GET', `${PATH}/${id}/statuses?limit=1`);
    const [last] = pageShape(statusShape.loose()).parse(body).data;
    expect(last).toMatchObject({
      created_by: null,
      description: 'The deployment had not ended at its deadline.',
    });
  });

  it('have no deadline any more once they have ended', async () => {
    const { id } = await succeed(anEnvironment(), 'main');
    const jobs = await t.app.get(Postgres).sql`select 1 from scheduled_jobs where key = ${id}`;
    expect(jobs).toHaveLength(0);
  });

  it('roll back to the success before, or to any that is named', async () => {
    const name = anEnvironment();
    const first = await succeed(name, 'v1');
    await create(name, 'broken').then(({ id }) => say(id, 'failure'));
    const second = await succeed(name, 'v2');
    const third = await succeed(name, 'v3');
    const back = shape.parse((await t.request('POST', `${PATH}/${third.id}/rollback`, { body: {} })).body);
    expect(back).toMatchObject({
      ref: 'v2',
      state: 'pending',
      rollback_of: third.id,
      source_deployment_id: second.id,
    });
    const far = await t.request('POST', `${PATH}/${third.id}/rollback`, { body: { to: first.id } });
    expect(shape.parse(far.body)).toMatchObject({ ref: 'v1', source_deployment_id: first.id });
    const none = await t.request('POST', `${PATH}/${first.id}/rollback`, { body: {} });
    expect([none.status, problemShape.parse(none.body).code]).toEqual([
      409,
      'deployments.nothing_to_roll_back_to',
    ]);
    const again = await t.request('POST', `${PATH}/${second.id}/redeploy`);
    expect(shape.parse(again.body)).toMatchObject({
      ref: 'v2',
      rollback_of: null,
      source_deployment_id: second.id,
    });
  });

  it('are filtered, and paged without a repeat', async () => {
    const name = anEnvironment();
    for (let index = 0; index < 5; index += 1)
      await create(name, index % 2 === 0 ? 'even' : 'odd', { sha: `abcdef${index}` });
    const list = async (query: string) =>
      pageShape(shape.loose()).parse((await t.request('GET', `${PATH}?environment=${name}&${query}`)).body);
    expect((await list('ref=even')).data).toHaveLength(3);
    expect((await list('sha=abcdef1')).data).toHaveLength(1);
    expect((await list('state=success')).data).toHaveLength(0);
    expect((await list(`created_by=${t.tenant.userId}`)).data).toHaveLength(5);
    const first = await list('limit=3');
    const second = await list(`limit=3&cursor=${first.page.next_cursor}`);
    expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(5);
    expect(second.page.next_cursor).toBeNull();
  });

  it('refuse what cannot be, by path', async () => {
    const body = { environment: 'a b', ref: '', deadline_seconds: 9, sha: 'xyz', extra: 1 };
    const answer = await t.request('POST', PATH, { body });
    expect(answer.status).toBe(422);
    const paths = problemShape.parse(answer.body).errors.map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['deadline_seconds', 'environment', 'extra', 'ref', 'sha']);
  });

  it('db:verify finds a pointer that was changed behind the service’s back, and mends it', async () => {
    const name = anEnvironment();
    const first = await succeed(name, 'v1', { auto_inactive: false });
    const second = await succeed(name, 'v2', { auto_inactive: false });
    await t.app.get(Postgres)
      .sql`update environments set active_deployment_id = ${first.id} where name = ${name}`;
    const verify = (isRepair: boolean) =>
      t.app.get(Reconciliation, { strict: false }).verify({ only: ['environments'], isRepair });
    expect((await verify(false)).checks[0]).toMatchObject({ different: 1 });
    expect((await verify(true)).ok).toBe(true);
    const [row] = await t.app.get(Postgres)
      .sql`select active_deployment_id as id from environments where name = ${name}`;
    expect(row?.['id']).toBe(second.id);
  });
});

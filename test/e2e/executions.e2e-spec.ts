import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { eventually } from '../support/eventually.js';
import { makePeriodDue } from '../support/scheduled-jobs.js';
import { pageShape, problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/executions';
const shape = z.looseObject({ id: z.uuid(), state: z.string(), output_bytes: z.number() });
const chunkShape = z.looseObject({ stream: z.string(), seq: z.number(), data: z.string() });
const outputShape = pageShape(chunkShape).extend({
  missing: z.array(z.object({ stream: z.string(), from_seq: z.number(), to_seq: z.number() })),
});

describe('executions', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (more: Record<string, unknown> = {}) => {
    const answer = await t.request('POST', PATH, { body: { name: 'migrate', ...more } });
    expect(answer.status).toBe(201);
    return shape.parse(answer.body);
  };
  const patch = (id: string, body: unknown) => t.request('PATCH', `${PATH}/${id}`, { body });
  const add = (id: string, stream: string, seq: number, data: string) =>
    t.request('POST', `${PATH}/${id}/output`, { body: { stream, seq, data } });
  const output = async (id: string, query = '') =>
    outputShape.parse((await t.request('GET', `${PATH}/${id}/output?${query}`)).body);
  const text = (id: string, query = '') =>
    t.request('GET', `${PATH}/${id}/output?${query}`, { headers: { accept: 'text/plain' } });

  it('run, give any JSON as their result, and take nothing after their end', async () => {
    const { id } = await create({ input: { $set: [1, null, 'a\0b'] } });
    expect((await patch(id, { state: 'running' })).status).toBe(200);
    const ended = await patch(id, { state: 'succeeded', result: { 'a.b': [{}] }, exit_code: 0 });
    expect(ended.body).toMatchObject({ state: 'succeeded', result: { 'a.b': [{}] }, exit_code: 0 });
    const again = await patch(id, { state: 'failed' });
    expect([again.status, problemShape.parse(again.body).code]).toEqual([
      409,
      'executions.illegal_transition',
    ]);
    expect((await patch(id, { result: 1 })).status).toBe(409);
    const { body } = await t.request('GET', `/api/v1/activity?resource_id=${id}`);
    const events = pageShape(z.looseObject({ event_type: z.string() })).parse(body).data;
    expect(events.map(({ event_type }) => event_type)).toEqual([
      'execution.updated',
      'execution.updated',
      'execution.created',
    ]);
  });

  it('name only deployments of their organisation', async () => {
    expect((await t.request('POST', PATH, { body: { name: 'x', deployment_id: newId() } })).status).toBe(422);
    const made = await t.request('POST', '/api/v1/deployments', { body: { environment: 'e', ref: 'main' } });
    const { id } = z.looseObject({ id: z.string() }).parse(made.body);
    expect((await create({ deployment_id: id }))['deployment_id']).toBe(id);
  });

  it('take each chunk once: 201, a repeat 200, other data 409', async () => {
    const { id } = await create();
    expect((await add(id, 'stdout', 0, 'one')).status).toBe(201);
    expect((await add(id, 'stdout', 0, 'one')).status).toBe(200);
    const other = await add(id, 'stdout', 0, 'two');
    expect([other.status, problemShape.parse(other.body).code]).toEqual([409, 'executions.chunk_differs']);
    await patch(id, { state: 'cancelled' });
    expect((await add(id, 'stdout', 0, 'one')).status).toBe(200);
    expect((await add(id, 'stdout', 1, 'late')).status).toBe(409);
    expect((await add(id, 'stdout', 1, 'x'.repeat(65_537))).status).toBe(422);
    expect((await add(newId(), 'stdout', 0, 'x')).status).toBe(404);
  });

  it('give back shuffled and doubled output byte for byte', async () => {
    const { id } = await create();
    const chunks = Array.from({ length: 60 }, (_, seq) => ({
      seq,
      data: `${seq}:é${'x'.repeat(seq * 7)}\0\n`,
    }));
    const sent = [...chunks, ...chunks].toSorted(() => Math.random() - 0.5);
    const answers = await Promise.all(sent.map(({ seq, data }) => add(id, 'stdout', seq, data)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(60);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    const whole = chunks.map(({ data }) => data).join('');
    expect((await text(id)).text).toBe(whole);
    const read = shape.parse((await t.request('GET', `${PATH}/${id}`)).body);
    expect(read.output_bytes).toBe(Buffer.byteLength(whole));
    const first = await output(id, 'limit=40');
    const second = await output(id, `limit=40&cursor=${first.page.next_cursor}`);
    expect([...first.data, ...second.data].map(({ seq }) => seq)).toEqual(chunks.map(({ seq }) => seq));
  });

  it('name the gaps of their output', async () => {
    const { id } = await create();
    for (const seq of [0, 1, 4]) await add(id, 'stdout', seq, `${seq}`);
    await add(id, 'stderr', 2, 'e');
    const { data, missing } = await output(id);
    expect(data).toHaveLength(4);
    expect(missing).toEqual([
      { stream: 'stderr', from_seq: 0, to_seq: 1 },
      { stream: 'stdout', from_seq: 2, to_seq: 3 },
    ]);
    expect((await output(id, 'stream=stdout&from_seq=1')).data.map(({ seq }) => seq)).toEqual([1, 4]);
  });

  it('show the streams together as a terminal would', async () => {
    const { id } = await create();
    await add(id, 'stdout', 0, 'a');
    await add(id, 'stderr', 0, 'b');
    await add(id, 'stdout', 1, 'c');
    const answer = await text(id);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toBe('abc');
    expect((await text(id, 'stream=stderr')).text).toBe('b');
    expect((await text(newId())).status).toBe(404);
  });

  it('can be followed to their end, and from where a client was', async () => {
    const { id } = await create();
    await add(id, 'stdout', 0, 'a');
    await add(id, 'stdout', 2, 'c');
    await add(id, 'stdout', 1, 'b');
    await patch(id, { state: 'running' });
    await patch(id, { state: 'succeeded' });
    const follow = (headers: Record<string, string> = {}) =>
      t.request('GET', `${PATH}/${id}/output`, { headers: { accept: 'text/event-stream', ...headers } });
    const all = (await follow()).text;
    expect([...all.matchAll(/"data":"(\w)"/g)].map(([, data]) => data)).toEqual(['a', 'b', 'c']);
    expect(all).toMatch(/event: end\ndata: \{"state":"succeeded"\}/);
    const firstId = /^id: (\S+)/m.exec(all)?.[1] ?? '';
    const rest = (await follow({ 'last-event-id': firstId })).text;
    expect([...rest.matchAll(/"data":"(\w)"/g)].map(([, data]) => data)).toEqual(['b', 'c']);
  });

  it('end in timed_out by themselves', async () => {
    const { id } = await create({ deadline_seconds: 1 });
    await t.app
      .get(Mongo)
      .collection<{ _id: string; deadline_at: Date }>('executions')
      .updateOne({ _id: id }, { $set: { deadline_at: new Date(0) } });
    await makePeriodDue(t.app, 'executions.deadlines');
    await eventually(
      async () => shape.parse((await t.request('GET', `${PATH}/${id}`)).body).state,
      (state) => state === 'timed_out',
    );
  });

  it('are made once for one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': newId() };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => t.request('POST', PATH, { body: { name: 'once' }, headers })),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => shape.parse(body).id);
    expect(new Set(made).size).toBe(1);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  });

  it('are found by db:verify where their deployment is gone', async () => {
    const { id } = await create();
    const collection = t.app
      .get(Mongo)
      .collection<{ _id: string; deployment_id: string | null }>('executions');
    await collection.updateOne({ _id: id }, { $set: { deployment_id: newId() } });
    const verify = () =>
      t.app.get(Reconciliation, { strict: false }).verify({ only: ['execution-deployments'] });
    expect((await verify()).checks[0]).toMatchObject({ different: 1 });
    await collection.updateOne({ _id: id }, { $set: { deployment_id: null } });
    expect((await verify()).ok).toBe(true);
  });
});

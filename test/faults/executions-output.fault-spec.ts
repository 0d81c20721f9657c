import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { seedTenant } from '../factories/tenant.js';
import { ApiFleet } from '../support/api-fleet.js';
import { EventReader } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';

const run = new FaultRun('executions-output');
const CHUNKS = run.size(60, 1_000);
const CHUNK_CHARACTERS = 10_000;
const CLIENTS = 8;
const CONNECTIONS = 5;
const AWAY_MS = 500;
const PATH = '/api/v1/executions';
const executionShape = z.object({ id: z.uuid() });
const chunkShape = z.object({ stream: z.literal('stdout'), seq: z.int() });

describeWithPrivate('mongodb', 'redis')(`${CHUNKS} chunks of output, shuffled and sent twice`, () => {
  let stores: PrivateStores;
  let fleet: ApiFleet;
  let token = '';
  let id = '';

  beforeAll(async () => {
    stores = await startPrivateStores('executions-output');
    const env = { ...stores.env, NODE_ENV: 'test', LOG_LEVEL: 'silent' };
    const app = await createApp(parseConfig(env));
    ({ token } = await seedTenant(app));
    await app.close();
    fleet = new ApiFleet(env);
    await fleet.grow();
    await fleet.grow();
    const made = await fleet.request('POST', PATH, { token, body: { name: 'build' } });
    ({ id } = executionShape.parse(made?.body));
  });
  afterAll(async () => {
    await fleet.stop();
    await stores.stop();
  });

  const dataOf = (seq: number): string => `${seq}:é${'x'.repeat(CHUNK_CHARACTERS)}\n`;
  const statuses = new Map<number, number>();

  /** Until it is acknowledged. */
  async function send(seq: number): Promise<void> {
    for (;;) {
      const body = { stream: 'stdout', seq, data: dataOf(seq) };
      const answer = await fleet.request('POST', `${PATH}/${id}/output`, { token, body });
      if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer && answer.status < 300) return;
      expect([undefined, 503]).toContain(answer?.status);
      await pause(50);
    }
  }

  /** A client that loses its connection again and again, and goes on behind the last event that it has. */
  async function follow(sent: () => number): Promise<number[]> {
    const seqs: number[] = [];
    let lastId = '';
    for (let connection = 1; ; connection += 1) {
      const { url } = fleet.processes[connection % fleet.size] ?? {};
      const reader = await EventReader.open(`${url}${PATH}/${id}/output`, {
        ...{ authorization: `Bearer ${token}`, accept: 'text/event-stream' },
        ...(lastId === '' ? {} : { 'last-event-id': lastId }),
      });
      const share = (2 * CHUNKS * connection) / (CONNECTIONS + 1);
      await eventually(
        () => Promise.resolve(reader.isEnded || (connection <= CONNECTIONS && sent() >= share)),
        Boolean,
        300_000,
      );
      reader.close();
      for (const { event, data } of reader.events)
        if (event === 'chunk') seqs.push(chunkShape.parse(data).seq);
      lastId = reader.lastId || lastId;
      if (reader.events.at(-1)?.event === 'end') return seqs;
    }
  }

  it('are read back byte for byte, and a follower that reconnects sees each once', async () => {
    const order = [...Array(CHUNKS).keys(), ...Array(CHUNKS).keys()]
      .map((seq) => ({ seq, place: run.random() }))
      .toSorted((a, b) => a.place - b.place)
      .map(({ seq }) => seq);
    let next = 0;
    let sent = 0;
    const client = async (): Promise<void> => {
      for (let seq = order[next++]; seq !== undefined; seq = order[next++]) {
        await send(seq);
        sent += 1;
      }
    };
    const followed = follow(() => sent);
    const killed = (async () => {
      await eventually(
        () => Promise.resolve(sent),
        (count) => count >= CHUNKS,
        300_000,
      );
      await stores.mongodb.kill();
      await pause(AWAY_MS);
      await stores.mongodb.restart();
    })();
    await Promise.all([...Array.from({ length: CLIENTS }, client), killed]);
    const whole = Array.from({ length: CHUNKS }, (_, seq) => dataOf(seq)).join('');
    const read = await eventually(
      () => fleet.request('GET', `${PATH}/${id}/output`, { token, headers: { accept: 'text/plain' } }),
      (answer) => String(answer?.body).length === whole.length,
      60_000,
    );
    expect(read?.body === whole).toBe(true);
    for (const state of ['running', 'succeeded'])
      expect((await fleet.request('PATCH', `${PATH}/${id}`, { token, body: { state } }))?.status).toBe(200);
    const seqs = await followed;
    run.report(
      `${CHUNKS} chunks, ${Buffer.byteLength(whole)} bytes: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}; the follower saw ${seqs.length}`,
    );
    expect(seqs).toEqual([...Array(CHUNKS).keys()]);
  });
});

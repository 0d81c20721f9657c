import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../src/app.setup.js';
import { seedPlan } from '../factories/plan.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { ApiProcess } from '../support/api-process.js';
import { outboxDrained } from '../support/drained-stores.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('exports-killed');
const ENTRIES = run.size(400, 10_000);
const KILLS = run.size(2, 5);
/** Beside what the process has at rest. */
const GROWTH_LIMIT_MB = 100;

interface Work {
  id: string;
  state: string;
  percent: number;
  size: number;
  counts: Record<string, { imported: number; known: number; refused: number }>;
}

describe(`a worker that is killed ${KILLS} times while it imports and exports ${ENTRIES} entries`, () => {
  let stores: TestStores;
  let app: NestFastifyApplication;
  let worker: ApiProcess;
  let person: Tenant;
  let kills = 0;
  let peakMb = 0;
  let idleMb = 0;

  beforeAll(async () => {
    stores = await createTestStores({ PROCESS_ROLE: 'api' });
    app = await createApp(stores.config);
    person = await seedTenant(app);
    await start();
    // More than the free plan allows.
    await seedPlan(app, { code: 'free', entryLimit: null });
  }, 120_000);
  afterAll(async () => {
    await worker.stop('SIGKILL');
    await app.close();
    await stores.drop();
  });

  const start = async () => {
    worker = await ApiProcess.start({ ...stores.env, PROCESS_ROLE: 'worker' });
    idleMb = Math.max(idleMb, memoryMb('VmRSS'));
    // The peak counts from here on, without the garbage of the start, which is collected by now.
    writeFileSync(`/proc/${worker.pid}/clear_refs`, '5');
  };
  const send = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const authorization = `Bearer ${person.token}`;
    const headers = payload ? { authorization, 'content-type': 'application/json' } : { authorization };
    const answer = await app.inject({ method, url: `/api/v1/${path}`, headers, ...(payload && { payload }) });
    if (answer.statusCode >= 400) throw new Error(`${path}: ${answer.statusCode} ${answer.body}`);
    return answer;
  };
  const memoryMb = (name: 'VmRSS' | 'VmHWM'): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) /
    1_024;
  const noteMemory = (): void => {
    peakMb = Math.max(peakMb, memoryMb('VmHWM'));
  };

  /** Kills the worker in the middle of its work, until that is enough, and waits for the end. */
  async function through(path: string, file: object, view: string): Promise<Work> {
    const { id } = (await send('POST', path, file)).json<Work>();
    const look = async () => (await send('GET', `${view}/${id}`)).json<Work>();
    for (let n = 1; n <= KILLS; n += 1) {
      const from = Math.floor((n * 60) / (KILLS + 1));
      const now = await eventually(
        look,
        ({ state, percent }) => state === 'completed' || percent >= from,
        300_000,
      );
      noteMemory();
      if (now.state === 'completed') break;
      await worker.stop('SIGKILL');
      kills += 1;
      await start();
    }
    const done = await eventually(look, ({ state }) => state === 'completed' || state === 'failed', 600_000);
    noteMemory();
    return done;
  }

  it('loses nothing, doubles nothing, and stays small', async () => {
    const entries = Array.from({ length: ENTRIES }, (_, n) => ({
      ...{ id: n, title: `Entry ${n}`, content: `What was written on that day: ${'words '.repeat(50)}` },
      entry_date: new Date(Date.UTC(2020, 0, 1 + (n % 1_000))).toISOString().slice(0, 10),
    }));
    const imported = await through('imports', { format: 'triptych-export', version: 1, entries }, 'imports');
    expect(imported.state).toBe('completed');
    expect(imported.counts['entries']).toEqual({ imported: ENTRIES, known: 0, refused: 0 });
    const killsOfImport = kills;
    await outboxDrained(stores.config.postgres.url, 300_000);
    const exported = await through('exports', { format: 'json' }, 'exports');
    expect(exported.state).toBe('completed');
    const file = (await send('GET', `exports/${exported.id}/download`)).json<{
      entries: { title: string }[];
    }>();
    expect(file.entries.map(({ title }) => title).toSorted()).toEqual(
      entries.map(({ title }) => title).toSorted(),
    );
    const profile = (await send('GET', 'profile')).json<{ total_entries: number }>();
    expect(profile.total_entries).toBe(ENTRIES);
    run.report(
      `${ENTRIES} entries, ${exported.size} bytes; killed ${killsOfImport} times importing, ` +
        `${kills - killsOfImport} times exporting; at most ${Math.round(peakMb)} MB resident, ${Math.round(idleMb)} MB of them at rest`,
    );
    expect(killsOfImport).toBeGreaterThan(0);
    if (run.isFull) expect(peakMb - idleMb).toBeLessThan(GROWTH_LIMIT_MB);
  }, 1_200_000);
});

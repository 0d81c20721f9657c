import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { newId } from '../../src/common/ids/ids.js';
import { anEvent, Flows, LEFT_TO_RELAYS } from '../integration/flows/support/flows-harness.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('relay-killed');
const EVENTS = run.size(6_000, 60_000);
const KILLS = run.size(3, 20);
const PER_TRANSACTION = 250;
/** Longer than a lease: what a killed process holds is free by then. */
const DRAINED_WITHIN_MS = 60_000;

describe(`a worker killed ${KILLS} times over a backlog of ${EVENTS} events`, () => {
  const orgId = newId();
  let stores: TestStores;
  let writer: Flows;
  let sql: postgres.Sql;
  let worker: ApiProcess | null = null;

  beforeAll(async () => {
    stores = await createTestStores();
    sql = postgres(stores.config.postgres.url, { max: 1 });
    // Delivers nothing itself, so that everything is left to the workers.
    writer = await Flows.start(stores, { env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    for (let n = 0; n < EVENTS; n += PER_TRANSACTION)
      await writer.commit(...Array.from({ length: PER_TRANSACTION }, () => anEvent({ orgId })));
  }, 120_000);

  afterAll(async () => {
    await worker?.stop();
    await writer.close();
    await sql.end();
    await stores.drop();
  });

  const startWorker = () => ApiProcess.start({ ...stores.env, PROCESS_ROLE: 'worker' });
  const queued = async (): Promise<number> => (await writer.counts()).queued;

  it('leaves every event for the next one, or in MongoDB', async () => {
    const left: number[] = [await queued()];
    expect(left).toEqual([EVENTS]);
    for (let kills = 0; kills < KILLS; kills += 1) {
      const before = await queued();
      worker = await startWorker();
      await eventually(queued, (count) => count < before, 30_000);
      await pause(run.between(0, 100));
      await worker.stop('SIGKILL');
      left.push(await queued());
    }
    worker = await startWorker();
    const startedAt = performance.now();
    await eventually(queued, (count) => count === 0, DRAINED_WITHIN_MS);
    const drainedMs = performance.now() - startedAt;
    const logged = await sql<{ id: string }[]>`select id from outbox_events where organization_id = ${orgId}`;
    const written = new Set((await writer.entries(orgId)).map(({ _id }) => _id));
    const missing = logged.filter(({ id }) => !written.has(id));
    run.report(
      `killed with ${left.slice(1).join(', ')} of ${EVENTS} events left: ${written.size} entries, ` +
        `${missing.length} missing; drained in ${drainedMs.toFixed(0)} ms`,
    );
    expect(missing).toEqual([]);
    expect(written.size).toBe(EVENTS);
    expect(left.at(-1)).toBeGreaterThan(0);
  }, 600_000);
});

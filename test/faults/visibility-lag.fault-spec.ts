import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { Outbox } from '../../src/flows/outbox/outbox.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { anEvent, Flows } from '../integration/flows/support/flows-harness.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('visibility-lag');
const PER_SECOND = 500;
const EVENTS = PER_SECOND * run.size(2, 30);
const P50_MS = run.size(250, 20);
const P99_MS = run.size(2_500, 100);
/** So many events are looked up in MongoDB as soon as their callers go on. */
const LOOKED_UP = 50;

interface Lag {
  /** From the moment at which the event was due: a commit that is late counts. */
  fromDueMs: number;
  fromCommitMs: number;
}

describe(`${PER_SECOND} events a second`, () => {
  const everybody = newId();
  let stores: TestStores;
  let flows: Flows;

  beforeAll(async () => {
    stores = await createTestStores();
    // A caller goes on when its entry can be read, however late: then the lag is known.
    flows = await Flows.start(stores, { tuning: { visibleWithinMs: 30_000 } });
  });
  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  async function commitAt(dueAt: number, orgId: string): Promise<Lag> {
    const early = dueAt - performance.now();
    if (early > 0) await pause(early);
    let committedAt = 0;
    await flows.get(Postgres).transaction(async (tx) => {
      await flows.get(Outbox).add(tx, anEvent({ orgId }));
      committedAt = performance.now();
    });
    const now = performance.now();
    return { fromDueMs: now - dueAt, fromCommitMs: now - committedAt };
  }

  /** At the rate, whatever becomes of those before; says how many could not be read when their callers went on. */
  async function commitAll(count: number, orgId: string): Promise<{ lags: Lag[]; invisible: number }> {
    const startAt = performance.now() + 100;
    let invisible = 0;
    const lags = await Promise.all(
      Array.from({ length: count }, async (_, n): Promise<Lag> => {
        const lookedUpAs = n % (EVENTS / LOOKED_UP) === 0 ? newId() : null;
        const lag = await commitAt(startAt + (n * 1_000) / PER_SECOND, lookedUpAs ?? orgId);
        if (lookedUpAs && (await flows.entries(lookedUpAs)).length !== 1) invisible += 1;
        return lag;
      }),
    );
    return { lags, invisible };
  }

  it('are visible in MongoDB within milliseconds of their commit', async () => {
    // Connections are opened and code is compiled in the first second.
    await commitAll(PER_SECOND, newId());
    const startAt = performance.now();
    const { lags, invisible } = await commitAll(EVENTS, everybody);
    const elapsedMs = performance.now() - startAt;
    const quantile = (share: number, of: (lag: Lag) => number): number =>
      lags.map(of).sort((a, b) => a - b)[Math.floor(EVENTS * share)] ?? Infinity;
    const fromCommit = {
      p50: quantile(0.5, each('fromCommitMs')),
      p99: quantile(0.99, each('fromCommitMs')),
    };
    run.report(
      `${EVENTS} events at ${((EVENTS * 1_000) / elapsedMs).toFixed(0)} a second: visible ${fromCommit.p50.toFixed(1)} ms (p50), ` +
        `${fromCommit.p99.toFixed(1)} ms (p99) after the commit; ${quantile(0.5, each('fromDueMs')).toFixed(1)} ms, ` +
        `${quantile(0.99, each('fromDueMs')).toFixed(1)} ms after they were due; ${invisible} of ${LOOKED_UP} looked up were not there`,
    );
    expect(invisible).toBe(0);
    expect(await flows.entries(everybody)).toHaveLength(EVENTS - LOOKED_UP);
    expect(fromCommit.p50).toBeLessThanOrEqual(P50_MS);
    expect(fromCommit.p99).toBeLessThanOrEqual(P99_MS);
  }, 300_000);
});

const each =
  (field: keyof Lag) =>
  (lag: Lag): number =>
    lag[field];

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../src/common/ids/ids.js';
import { Outbox } from '../../src/flows/outbox/outbox.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { anEvent, type Flows, LEFT_TO_RELAYS } from '../integration/flows/support/flows-harness.js';
import { FlowsTest } from '../integration/flows/support/flows-test.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';

const run = new FaultRun('relay-order');
const TRANSACTIONS = run.size(100, 1_000);
const AGGREGATES = run.size(20, 100);
const UPDATES = run.size(50, 100);
const RELAYS = 4;
const WAVE = 20;

describe('relays', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  it(`skip none of ${TRANSACTIONS} transactions that commit out of the order of their positions`, async () => {
    const relay = await test.start({ tuning: { pollMs: 20 } });
    const writer = await test.start({
      env: { PROCESS_ROLE: 'api', DATABASE_POOL_MAX: String(WAVE) },
      tuning: LEFT_TO_RELAYS,
    });
    const orgId = newId();
    for (let wave = 0; wave < TRANSACTIONS / WAVE; wave += 1) {
      // All are open at once, and have drawn their positions in one order, before they commit in another.
      const open = await openTransactions(writer, orgId, WAVE);
      await open.pop()?.();
      // From here on a relay that goes by the highest position it has seen passes over all the others.
      await isThere(relay, orgId, wave * WAVE + 1);
      for (const commit of shuffled(open)) await commit();
      await isThere(relay, orgId, (wave + 1) * WAVE);
    }
    await eventually(
      () => relay.counts(),
      ({ queued }) => queued === 0,
    );
    const entries = await relay.entries(orgId);
    run.report(
      `${TRANSACTIONS} transactions, ${WAVE} open at once, whose last position was delivered first: ${entries.length} entries`,
    );
    expect(entries).toHaveLength(TRANSACTIONS);
  }, 300_000);

  it(`apply ${AGGREGATES} × ${UPDATES} updates each in commit order, ${RELAYS} at once`, async () => {
    const applied: Record<string, unknown>[] = [];
    const relays = await Promise.all(
      Array.from({ length: RELAYS }, () => test.start({ applied, tuning: { batchSize: 50 } })),
    );
    const orgId = newId();
    const aggregates = Array.from({ length: AGGREGATES }, () => ({ id: newId(), committed: [] as string[] }));
    const writes = aggregates.flatMap((aggregate) => Array.from({ length: UPDATES }, () => aggregate));
    await inParallel(32, shuffled(writes), async (aggregate, index) => {
      const flows = relays[index % RELAYS];
      if (!flows) throw new Error('No such relay');
      await flows.get(Postgres).transaction(async (tx) => {
        const marker = newId();
        const event = anEvent({
          orgId,
          aggregate: { type: 'user', id: aggregate.id },
          payload: { marker },
        });
        await flows.get(Outbox).add(tx, event);
        // The aggregate is locked from here to the commit: this is the order of commits.
        aggregate.committed.push(marker);
      });
    });
    const first = relays[0];
    if (!first) throw new Error('No relay');
    await eventually(
      () => first.counts(),
      ({ queued }) => queued === 0,
      60_000,
    );
    for (const { id, committed } of aggregates) {
      const sequence = applied
        .filter((entry) => entry['resource_id'] === id)
        .map((entry) => (entry['payload'] as { marker: string }).marker);
      expect(sequence).toEqual(committed);
    }
    expect(await first.entries(orgId)).toHaveLength(AGGREGATES * UPDATES);
    run.report(`${AGGREGATES} aggregates, ${applied.length} entries, ${RELAYS} relays, all in order`);
  }, 300_000);
});

const isThere = (flows: Flows, orgId: string, count: number): Promise<unknown> =>
  eventually(
    () => flows.entries(orgId),
    (entries) => entries.length === count,
    20_000,
  );

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, key: run.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** Transactions that have appended their event and wait to be told to commit, in the order of their positions. */
async function openTransactions(
  flows: Flows,
  orgId: string,
  count: number,
): Promise<(() => Promise<void>)[]> {
  const commits: (() => Promise<void>)[] = [];
  for (let n = 0; n < count; n += 1) {
    let commit = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let done: Promise<void> = Promise.resolve();
    await new Promise<void>((appended, failed) => {
      done = flows.get(Postgres).transaction(async (tx) => {
        await flows.get(Outbox).add(tx, anEvent({ orgId }));
        appended();
        await told;
      });
      done.catch(failed);
    });
    commits.push(() => {
      commit();
      return done;
    });
  }
  return commits;
}

async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

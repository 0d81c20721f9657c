import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Outbox } from '../../../src/flows/outbox/outbox.js';
import { OutboxStats } from '../../../src/flows/outbox/outbox-stats.js';
import { OutboxTuning } from '../../../src/flows/outbox/outbox-tuning.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { anEvent, createTestStores, Flows, type TestStores } from './support/flows-harness.js';
import { HeldDocuments } from './support/stand-ins.js';

describe('the outbox right after a commit', () => {
  let stores: TestStores;
  let flows: Flows;
  beforeAll(async () => {
    stores = await createTestStores();
    // Neither the clock nor a notification helps: what is delivered here is delivered inline, however busy the machine is.
    flows = await Flows.start(stores, {
      env: { PROCESS_ROLE: 'api' },
      tuning: { visibleWithinMs: 5_000 },
    });
  });
  afterAll(async () => {
    await flows.close();
    await stores.drop();
  });

  it('makes the entry readable before the caller goes on', async () => {
    const event = anEvent({
      type: 'user.created',
      subject: { userId: newId(), email: 'ada@example.com' },
      payload: { longer_key: 1, b: [1, { c: null }] },
    });
    await flows.commit(event);
    const [entry, ...others] = await flows.entries(event.orgId);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      event_type: 'user.created',
      user_id: event.subject?.userId,
      user_email: 'ada@example.com',
      actor_id: event.actor.userId,
      api_key_id: null,
      resource_type: 'user',
      resource_id: event.aggregate.id,
      payload: event.payload,
      source: 'outbox',
    });
    expect(entry?.occurred_at).toEqual(entry?.recorded_at);
  });

  it('empties the queue and keeps the log', async () => {
    await flows.commit(anEvent(), anEvent());
    await eventually(
      () => flows.counts(),
      ({ queued, logged }) => queued === 0 && logged >= 2,
    );
  });

  it('writes nothing for a transaction that is rolled back', async () => {
    const event = anEvent();
    const rolledBack = flows.get(Postgres).transaction(async (tx) => {
      await flows.get(Outbox).add(tx, event);
      throw new Error('changed its mind');
    });
    await expect(rolledBack).rejects.toThrow('changed its mind');
    await flows.commit(anEvent());
    expect(await flows.entries(event.orgId)).toEqual([]);
    const [row] = await flows.get(Postgres)
      .sql`select 1 from outbox_events where organization_id = ${event.orgId}`;
    expect(row).toBeUndefined();
  });

  it('keeps the order of several events of one transaction, however they were added', async () => {
    const first = anEvent({ payload: { n: 0 } });
    const nth = (n: number) => ({ ...first, payload: { n } });
    await flows.get(Postgres).transaction(async (tx) => {
      await flows.get(Outbox).add(tx, first, nth(1));
      await flows.get(Outbox).add(tx, nth(2));
    });
    const entries = await flows.entries(first.orgId);
    expect(entries.map((entry) => entry.payload['n'])).toEqual([0, 1, 2]);
  });

  it('has exactly one entry for each of 500 commits, 100 at once, and delivers them together', async () => {
    const orgId = newId();
    const before = flows.get(OutboxStats).counters.inline;
    const client = async (): Promise<void> => {
      for (let n = 0; n < 5; n += 1) await flows.commit(anEvent({ orgId }));
    };
    await Promise.all(Array.from({ length: 100 }, client));
    expect(await flows.entries(orgId)).toHaveLength(500);
    expect(flows.get(OutboxStats).counters.inline - before).toBe(500);
  });

  it('lets the caller go on after 250 ms where MongoDB takes longer', async () => {
    const held = new HeldDocuments();
    const slow = await Flows.start(stores, {
      env: { PROCESS_ROLE: 'api' },
      replace: [[ProjectedDocuments, held]],
    });
    held.behind = flows.get(ProjectedDocuments);
    try {
      const { visibleWithinMs } = slow.get(OutboxTuning);
      expect(visibleWithinMs).toBe(250);
      const event = anEvent();
      const at = performance.now();
      await slow.commit(event);
      // Timers may be a millisecond early, and a busy machine late.
      expect(performance.now() - at).toBeGreaterThan(visibleWithinMs - 2);
      expect(performance.now() - at).toBeLessThan(visibleWithinMs + 2_000);
      expect(await slow.entries(event.orgId)).toEqual([]);
      await held.release();
      expect(await slow.entries(event.orgId)).toHaveLength(1);
    } finally {
      await slow.close();
    }
  });

  it('refuses a transaction inside a transaction, whose rollback it would not notice', async () => {
    const nested = flows
      .get(Postgres)
      .transaction((tx) => tx.transaction((inner) => flows.get(Outbox).add(inner, anEvent())));
    await expect(nested).rejects.toThrow('Not a transaction of Postgres.transaction');
  });
});

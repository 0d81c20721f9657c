import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Delivery } from '../../../src/flows/outbox/delivery.js';
import type { LeasedEvent, Outcome } from '../../../src/flows/outbox/outbox-queue.pg.repository.js';
import { OutboxStats } from '../../../src/flows/outbox/outbox-stats.js';
import { Settlement } from '../../../src/flows/outbox/settlement.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { OUTBOX_CHANNEL } from '../../../src/flows/outbox/event-log.pg.repository.js';
import { eventually } from '../../support/eventually.js';
import { anEvent, LEFT_TO_RELAYS } from './support/flows-harness.js';
import { FlowsTest, isDrained } from './support/flows-test.js';
import { SwitchedCache } from './support/stand-ins.js';

const never = new Promise<never>(() => undefined);

describe('the relay', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  it('writes an entry once when a process dies between the write and the mark', async () => {
    const dying = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: { leaseMs: 3_000, visibleWithinMs: 20_000 },
      replace: [[Settlement, { record: () => never, idle: () => Promise.resolve() }]],
    });
    const event = anEvent();
    const others = Array.from({ length: 20 }, () => anEvent({ orgId: event.orgId }));
    for (const each of [event, ...others]) await dying.commit(each);
    expect(await dying.entries(event.orgId)).toHaveLength(21);
    expect(await dying.counts()).toMatchObject({ queued: 21 });
    const next = await test.start({ tuning: { pollMs: 50 } });
    await isDrained(next);
    expect(await next.entries(event.orgId)).toHaveLength(21);
  });

  it('takes over what a process holds and does not deliver, when its lease ends and not before', async () => {
    const leaseMs = 600;
    const stuck = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: { leaseMs, visibleWithinMs: 0, drainMs: 0 },
      replace: [[Delivery, { deliver: () => never }]],
    });
    const event = anEvent();
    const committedAt = performance.now();
    await stuck.commit(event);
    const next = await test.start({ tuning: { pollMs: 20 } });
    await eventually(
      () => next.entries(event.orgId),
      (entries) => entries.length === 1,
    );
    expect(performance.now() - committedAt).toBeGreaterThan(leaseMs - 100);
    await isDrained(next);
  });

  it('gives back its leases when it shuts down', async () => {
    const stuck = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: { leaseMs: 60_000, visibleWithinMs: 0, drainMs: 0 },
      replace: [[Delivery, { deliver: () => never }]],
    });
    const event = anEvent();
    await stuck.commit(event);
    const next = await test.start({ tuning: { pollMs: 50 } });
    await test.stop(stuck);
    await eventually(
      () => next.entries(event.orgId),
      (entries) => entries.length === 1,
      2_000,
    );
    await isDrained(next);
  });

  it('gives back what it has claimed and could not mark when it shuts down', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    let recorded = 0;
    const record = (outcomes: readonly Outcome[]): Promise<boolean> => {
      recorded += outcomes.length;
      return Promise.resolve(false);
    };
    const failing = await test.start({
      tuning: { leaseMs: 60_000, pollMs: 20 },
      replace: [[Settlement, { record, idle: () => Promise.resolve() }]],
    });
    const event = anEvent();
    await writer.commit(event);
    await eventually(
      () => Promise.resolve(recorded),
      (count) => count > 0,
    );
    await test.stop(failing);
    await isDrained(await test.start({ tuning: { pollMs: 20 } }));
  });

  it('takes up again at once what it holds when PostgreSQL did not answer', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const event = anEvent();
    await writer.commit(event);
    const tried: string[] = [];
    const deliver = (batch: readonly LeasedEvent[]): Promise<Outcome[]> => {
      tried.push(...batch.map((leased) => leased.event.aggregate.id));
      return tried.length === 1 ? Promise.reject(new StoreUnavailable('postgres')) : Promise.resolve([]);
    };
    await test.start({
      tuning: { leaseMs: 60_000, pollMs: 20 },
      replace: [[Delivery, { deliver }]],
    });
    await eventually(
      () => Promise.resolve(tried),
      (ids) => ids.length === 2,
    );
    expect(tried).toEqual([event.aggregate.id, event.aggregate.id]);
  });

  it('takes up again at once what it has delivered and could not mark', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const event = anEvent();
    await writer.commit(event);
    const recorded: string[][] = [];
    const record = (outcomes: readonly Outcome[]): Promise<boolean> => {
      recorded.push(outcomes.map(({ id }) => id));
      return Promise.resolve(recorded.length > 1);
    };
    const relay = await test.start({
      tuning: { leaseMs: 60_000, pollMs: 20 },
      replace: [[Settlement, { record, idle: () => Promise.resolve() }]],
    });
    await eventually(
      () => Promise.resolve(recorded),
      (calls) => calls.length === 2,
    );
    expect(recorded[1]).toEqual(recorded[0]);
    expect(await relay.entries(event.orgId)).toHaveLength(1);
  });

  it('replaces cache tags again that could not be replaced, and delivers meanwhile', async () => {
    const cache = new SwitchedCache();
    cache.isReachable = false;
    const flows = await test.start({ tuning: { pollMs: 20 }, replace: [[TaggedCache, cache]] });
    const event = anEvent({ tags: ['o:1:users'] });
    await flows.commit(event);
    expect(await flows.entries(event.orgId)).toHaveLength(1);
    expect(await flows.counts()).toMatchObject({ queued: 1 });
    await eventually(
      () => flows.get(OutboxStats).snapshot(),
      ({ pending }) => pending === 0,
    );
    cache.isReachable = true;
    await isDrained(flows);
    expect(cache.replaced).toEqual(expect.arrayContaining(['o:1:users', `o:${event.orgId}:activity`]));
  });

  it('replaces cache tags while MongoDB is away', async () => {
    const cache = new SwitchedCache();
    cache.isReachable = false;
    const env = { MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true' };
    const flows = await test.start({
      env,
      tuning: { pollMs: 20, visibleWithinMs: 30_000 },
      replace: [[TaggedCache, cache]],
    });
    const event = anEvent({ tags: ['o:2:users'] });
    const at = performance.now();
    await flows.commit(event);
    // No request waits for an entry that cannot become visible.
    expect(performance.now() - at).toBeLessThan(15_000);
    cache.isReachable = true;
    await eventually(
      () => Promise.resolve(cache.replaced),
      (replaced) => replaced.includes('o:2:users'),
    );
    expect(await flows.counts()).toMatchObject({ queued: 1 });
    const healed = await test.start({ tuning: { pollMs: 20 } });
    await eventually(
      () => healed.entries(event.orgId),
      (entries) => entries.length === 1,
    );
    await isDrained(healed);
  });

  it('is woken by a notification, and listens again after its connection was cut', async () => {
    const relay = await test.start({ tuning: { pollMs: 60_000 } });
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const event = anEvent();
    await writer.commit(event);
    // The first one is waiting, so this one is left to relays, and they are told.
    await writer.commit(anEvent({ orgId: event.orgId, aggregate: event.aggregate }));
    await eventually(
      () => relay.entries(event.orgId),
      (entries) => entries.length === 2,
      2_000,
    );
    await isDrained(relay);
    await test.stop(relay);

    await test.start({ tuning: { pollMs: 20, listenCheckMs: 20 } });
    const { sql } = writer.get(Postgres);
    const listeners = async (): Promise<number[]> => {
      const rows = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where datname = current_database() and query ilike ${`listen "${OUTBOX_CHANNEL}"%`}`;
      return rows.map((row) => row.pid);
    };
    const before = await eventually(listeners, (pids) => pids.length === 1);
    await sql`select pg_terminate_backend(${before[0] ?? 0})`;
    await eventually(listeners, (pids) => pids.length === 1 && pids[0] !== before[0]);
  });

  it('takes the address out of what a deleted user has left, also where an event comes late', async () => {
    const flows = await test.start({ tuning: { pollMs: 20 } });
    const subject = { userId: newId(), email: 'gone@example.com' };
    const aggregate = { type: 'user' as const, id: subject.userId };
    const created = anEvent({ type: 'user.created', aggregate, subject });
    await flows.commit(created);
    await flows.commit(anEvent({ type: 'user.deleted', orgId: created.orgId, aggregate, subject }));
    // On a busy machine a commit is answered before its entry is there.
    const entries = await eventually(
      () => flows.entries(created.orgId),
      (found) => found.length === 2 && found.every((entry) => entry.user_email === null),
    );
    expect(entries.map((entry) => [entry.event_type, entry.user_id])).toEqual([
      ['user.created', subject.userId],
      ['user.deleted', subject.userId],
    ]);
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    await writer.commit(anEvent({ type: 'member.removed', orgId: created.orgId, subject }));
    const all = await eventually(
      () => flows.entries(created.orgId),
      (found) => found.length === 3,
    );
    expect(all.map((entry) => entry.user_email)).toEqual([null, null, null]);
    const kept = await flows.get(Postgres).sql`
      select 1 from outbox_events where subject_user_id = ${subject.userId} and subject_email is not null and type <> 'member.removed'`;
    expect(kept).toHaveLength(0);
    await isDrained(flows);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { newId } from '../../../src/common/ids/ids.js';
import type { DomainEvent } from '../../../src/flows/outbox/domain-event.js';
import { Delivery } from '../../../src/flows/outbox/delivery.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { anEvent, type Flows, LEFT_TO_RELAYS } from './support/flows-harness.js';
import { FlowsTest, isDrained } from './support/flows-test.js';
import { HeldDocuments, SwitchedCache } from './support/stand-ins.js';

describe('when an address changes', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  /** However busy the machine is. */
  const PATIENT = { visibleWithinMs: 5_000 } as const;
  const userId = newId();
  const about = (email: string, overrides: Partial<DomainEvent> = {}) =>
    anEvent({ aggregate: { type: 'user', id: userId }, subject: { userId, email }, ...overrides });
  const renamed = (email: string, overrides: Partial<DomainEvent> = {}) =>
    about(email, { payload: { changed: ['email'] }, ...overrides });
  const deleted = (email: string) => about(email, { type: 'user.deleted' });

  const collection = (flows: Flows) => {
    const { db } = flows.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db.collection<Partial<ActivityLog> & { _id: string }>(ACTIVITY_COLLECTION);
  };
  /** Every address that the entries about the account show. */
  const shown = async (flows: Flows): Promise<unknown[]> => {
    const entries = await collection(flows).find({ user_id: userId }).sort({ _id: 1 }).toArray();
    return entries.map((entry) => entry.user_email ?? null);
  };

  it('all older entries follow before the caller goes on, in every organisation, whose tags are replaced', async () => {
    const cache = new SwitchedCache();
    const flows = await test.start({ tuning: PATIENT, replace: [[TaggedCache, cache]] });
    const [here, there] = [newId(), newId()];
    await flows.commit(about('old@example.com', { orgId: here, type: 'user.created' }));
    await flows.commit(about('old@example.com', { orgId: there, type: 'member.added' }));
    await collection(flows).insertOne({
      _id: newId(),
      user_id: userId,
      organization_id: there,
      user_email: null,
    });
    cache.replaced.length = 0;
    await flows.commit(renamed('new@example.com', { orgId: here }));
    // The stranger's entry stays without an address.
    expect((await shown(flows)).sort()).toEqual(
      [null, 'new@example.com', 'new@example.com', 'new@example.com'].sort(),
    );
    for (const orgId of [here, there])
      expect(cache.replaced).toEqual(
        expect.arrayContaining([`o:${orgId}:activity`, `o:${orgId}:activity-personal-data`]),
      );
    await isDrained(flows);
  });

  it('an account that is deleted is forgotten before the caller goes on', async () => {
    const flows = await test.start({ tuning: PATIENT });
    for (let n = 0; n < 5; n += 1) await flows.commit(about('gone@example.com'));
    await flows.commit(deleted('gone@example.com'));
    expect(await shown(flows)).toEqual([null, null, null, null, null, null]);
    await isDrained(flows);
  });

  it.each([
    ['a rename', renamed('new@example.com'), 'new@example.com'],
    ['a deletion', deleted('old@example.com'), null],
  ])('waits at %s for an entry with the old address that is on its way', async (_, change, expected) => {
    const held = new HeldDocuments();
    const slow = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: { visibleWithinMs: 0 },
      replace: [[ProjectedDocuments, held]],
    });
    const flows = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: { visibleWithinMs: 0 } });
    held.behind = flows.get(ProjectedDocuments);
    // Of another aggregate, so that nothing orders it before the change.
    const aggregate = { type: 'organization' as const, id: newId() };
    await slow.commit(about('old@example.com', { type: 'member.added', aggregate }));
    await flows.commit(change);
    await eventually(
      () => shown(flows),
      (addresses) => addresses.length === 1,
    );
    await held.release();
    await eventually(
      () => shown(flows),
      (addresses) => addresses.length === 2 && addresses.every((address) => address === expected),
    );
    await isDrained(flows);
    expect(await shown(flows)).toEqual([expected, expected]);
  });

  it('an event that is committed late takes the new address, and none of somebody who is gone', async () => {
    const flows = await test.start({ tuning: PATIENT });
    const aggregate = () => ({ type: 'organization' as const, id: newId() });
    await flows.commit(deleted('old@example.com'));
    await flows.commit(about('old@example.com', { type: 'member.removed', aggregate: aggregate() }));
    expect(await shown(flows)).toEqual([null, null]);
    const kept = await flows.get(Postgres).sql`select 1 from outbox_events where subject_email is not null`;
    expect(kept).toHaveLength(0);
  });

  it('the last of several changes wins, whoever carries them out', async () => {
    const workers = [
      await test.start({ tuning: { pollMs: 20 } }),
      await test.start({ tuning: { pollMs: 20 } }),
    ];
    const [first] = workers;
    if (!first) throw new Error('No worker');
    for (let n = 0; n < 50; n += 1) await first.commit(about('a0@example.com'));
    for (let n = 1; n <= 20; n += 1) await workers[n % 2]?.commit(renamed(`a${n}@example.com`));
    await isDrained(first);
    expect(new Set(await shown(first))).toEqual(new Set(['a20@example.com']));
  });

  it('another process finishes what a dead one has begun', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' } });
    await writer.commit(about('old@example.com'));
    const dead = await test.start({
      env: { PROCESS_ROLE: 'api' },
      tuning: LEFT_TO_RELAYS,
      replace: [[Delivery, { deliver: () => new Promise<never>(() => undefined) }]],
    });
    await dead.commit(renamed('new@example.com'));
    // Delivered, and leased to a process that is no more.
    await writer.get(Postgres).sql`
      update outbox_queue set is_delivered = true, lease_owner = ${newId()}::uuid, available_at = now() + interval '300 ms'`;
    const next = await test.start({ tuning: { pollMs: 20 } });
    await eventually(
      () => shown(next),
      (addresses) => addresses.every((address) => address === 'new@example.com'),
    );
    await isDrained(next);
  });

  it('tags that cannot be replaced are replaced later', async () => {
    const cache = new SwitchedCache();
    const flows = await test.start({ tuning: { pollMs: 20 }, replace: [[TaggedCache, cache]] });
    const event = about('old@example.com');
    await flows.commit(event);
    await isDrained(flows);
    cache.isReachable = false;
    cache.replaced.length = 0;
    await flows.commit(renamed('new@example.com'));
    await eventually(
      () => shown(flows),
      (addresses) => addresses.every((address) => address === 'new@example.com'),
    );
    expect(await flows.counts()).toMatchObject({ queued: 1 });
    cache.isReachable = true;
    await isDrained(flows);
    expect(cache.replaced).toContain(`o:${event.orgId}:activity-personal-data`);
  });

  // Who writes an entry directly looks the address up in the cache, and may find the old one until then.
  it('entries are looked at again until the tags of the change itself are replaced', async () => {
    const cache = new SwitchedCache();
    const flows = await test.start({ tuning: { pollMs: 20 }, replace: [[TaggedCache, cache]] });
    const tag = `u:${userId}`;
    cache.lost = tag;
    await flows.commit(about('old@example.com'));
    const follow = (count: number) =>
      eventually(
        () => shown(flows),
        (addresses) => addresses.length === count && addresses.every((it) => it === 'new@example.com'),
      );
    await flows.commit(renamed('new@example.com', { tags: [tag] }));
    await follow(2);
    const late = { user_id: userId, user_email: 'old@example.com', organization_id: newId() };
    await collection(flows).insertOne({ _id: newId(), ...late, occurred_at: new Date() });
    await follow(3);
    cache.lost = null;
    await isDrained(flows);
    expect(cache.replaced).toContain(tag);
  });
});

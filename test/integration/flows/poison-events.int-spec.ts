import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../src/common/ids/ids.js';
import { DeadLetters } from '../../../src/flows/dead-letters/dead-letters.js';
import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { anEvent, LEFT_TO_RELAYS } from './support/flows-harness.js';
import { FlowsTest, isDrained } from './support/flows-test.js';

describe('poison events', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  it('holds back what follows a poison event in the same batch', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const uniqueFields = writer.get(Mongo).connection.db?.collection(ACTIVITY_COLLECTION);
    await uniqueFields?.createIndex({ 'payload.unique': 1 }, { unique: true, sparse: true });
    const first = anEvent({ payload: { unique: 0 } });
    const { orgId } = first;
    const poison = anEvent({ orgId, payload: { unique: 0 } });
    const follower = anEvent({ orgId, aggregate: poison.aggregate, payload: { follows: true } });
    const other = anEvent({ orgId, payload: { other: true } });
    for (const event of [first, poison, follower, other]) await writer.commit(event);
    const relay = await test.start({ tuning: { pollMs: 20, backOffBaseMs: 60_000 } });
    const entries = await eventually(
      () => relay.entries(orgId),
      (found) => found.some((entry) => entry.payload['other'] === true),
    );
    expect(entries.map((entry) => entry.payload)).toEqual([first.payload, other.payload]);
    await eventually(
      () => relay.counts(),
      ({ queued }) => queued === 2,
    );
  });

  it('finds the one event of a batch that cannot even be sent', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const orgId = newId();
    const tooLargeForMongo = { text: 'x'.repeat(17 * 1_024 * 1_024) };
    const events = Array.from({ length: 40 }, (_, n) =>
      anEvent({ orgId, payload: n === 20 ? tooLargeForMongo : { n } }),
    );
    for (const event of events) await writer.commit(event);
    const relay = await test.start({ tuning: { pollMs: 20, maxAttempts: 1 } });
    await eventually(
      () => relay.entries(orgId),
      (entries) => entries.length === 39,
    );
    const [letter, ...others] = await eventually(
      () => relay.get(DeadLetters).list(10),
      (found) => found.length > 0,
    );
    expect(others).toEqual([]);
    expect(letter?.aggregate).toBe(`user:${events[20]?.aggregate.id}`);
    // Nothing could ever deliver it.
    await relay.get(Postgres).sql`delete from outbox_queue`;
  });

  it('holds back the events behind one that this version cannot read, and delivers all others', async () => {
    const writer = await test.start({ env: { PROCESS_ROLE: 'api' }, tuning: LEFT_TO_RELAYS });
    const unknown = anEvent();
    await writer.commit(unknown);
    await writer.get(Postgres).sql`
      update outbox_events set type = 'user.teleported' where organization_id = ${unknown.orgId}`;
    await writer.commit(anEvent({ orgId: unknown.orgId, aggregate: unknown.aggregate }));
    const other = anEvent();
    await writer.commit(other);
    const relay = await test.start({ tuning: { pollMs: 20, backOffBaseMs: 1_000 } });
    await eventually(
      () => relay.entries(other.orgId),
      (entries) => entries.length === 1,
    );
    expect(await relay.entries(unknown.orgId)).toEqual([]);
    await writer.get(Postgres)
      .sql`update outbox_events set type = 'user.updated' where organization_id = ${unknown.orgId}`;
    await eventually(
      () => relay.entries(unknown.orgId),
      (entries) => entries.length === 2,
    );
    await isDrained(relay);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { RecordedEvent } from '../../../src/flows/outbox/domain-event.js';
import { DECLARED } from '../../../src/declare.js';
import { Projections } from '../../../src/flows/projections/projections.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { archiveFolder, backup, emptyStores, restore, withMongo, withSql } from './archive-fixture.js';

const YEAR_MS = 365 * 24 * 3_600_000;

describe('the cut', () => {
  let source: TestStores;
  let target: TestStores;
  let archives: Awaited<ReturnType<typeof archiveFolder>>;
  beforeAll(async () => {
    source = await createTestStores();
    target = await emptyStores();
    archives = await archiveFolder();
  });
  afterAll(async () => {
    await archives.drop();
    await source.drop();
    await target.drop();
  });

  it('has a rule for every collection that a projection writes into, and knows its documents', () => {
    const recordedAt = new Date();
    const event = (type: RecordedEvent['type']): RecordedEvent => ({
      id: newId(),
      type,
      aggregate: { type: 'user', id: newId() },
      orgId: newId(),
      actor: { userId: null, apiKeyId: null },
      subject: null,
      payload: {},
      tags: [],
      recordedAt,
    });
    const projections = new Projections(DECLARED);
    const writes = DECLARED.eventTypes.flatMap((type) => projections.writes(event(type)));
    expect(writes.length).toBeGreaterThan(DECLARED.eventTypes.length);
    for (const write of writes) {
      // What goes with an account or an organisation is taken away, not made.
      // A count is made anew from what it counts (`analytics:rebuild`).
      if ('deleteMany' in write || 'updateMany' in write || 'applyOnce' in write) continue;
      const rule = DECLARED.collections.find(({ name }) => name === write.collection)?.cut;
      expect(rule).toBeDefined();
      if (!('insert' in write)) continue;
      expect(rule?.isDerived(write.insert)).toBe(true);
      expect(write.insert[rule?.recordedAt ?? '']).toEqual(recordedAt);
    }
  });

  it('keeps what the log has forgotten, and leaves out what is younger than the snapshot', async () => {
    const now = Date.now();
    const logged = newId();
    await withSql(
      source.config,
      (sql) => sql`
        insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
        values (${logged}, 'user', 'x', ${newId()}, 'user.login', '{}', '{}', now())`,
    );
    const entry = (name: string, kind: string, at: number, id = newId()) => ({
      _id: id as never,
      name,
      source: kind,
      recorded_at: new Date(at),
    });
    const analytics = (name: string, message: string, at: number, id = newId()) => ({
      _id: id as never,
      organization_id: newId(),
      name,
      message_id: `${message}${id}`,
      received_at: new Date(at),
    });
    await withMongo(source.config, async (mongo) => {
      await mongo
        .collection('activity_logs')
        .insertMany([
          entry('of an event of the log', 'outbox', now, logged),
          entry('of an event that the log has forgotten', 'outbox', now - YEAR_MS),
          entry('of an event after the snapshot', 'outbox', now),
          entry('posted before', 'api', now - 1_000),
          entry('posted after', 'api', now + 60_000),
        ]);
      await mongo
        .collection('analytics_events')
        .insertMany([
          analytics('a login of the log', 'outbox:', now, logged),
          analytics('a login that the log has forgotten', 'outbox:', now - YEAR_MS),
          analytics('a login after the snapshot', 'outbox:', now),
          analytics('sent before', 'client-', now - 1_000),
          analytics('sent after', 'client-', now + 60_000),
        ]);
      await mongo.collection('without_rule').insertOne({ name: 'whatever it is' });
    });
    await backup(source, archives.file('a.tar'));
    await restore(target, archives.file('a.tar'));
    const names = await withMongo(target.config, async (mongo) => {
      const collections = ['activity_logs', 'analytics_events', 'without_rule'];
      const documents = await Promise.all(collections.map((name) => mongo.collection(name).find().toArray()));
      return documents.flat().map((document) => String(document['name']));
    });
    expect(names.sort()).toEqual(
      [
        'of an event of the log',
        'of an event that the log has forgotten',
        'posted before',
        'a login of the log',
        'a login that the log has forgotten',
        'sent before',
        'whatever it is',
      ].sort(),
    );
  });
});

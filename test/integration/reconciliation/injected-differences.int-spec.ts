import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { type Document, found, ReconciledService, total } from './reconciled-service.js';

const USERS = 40;
/** Entries about a person who was created and deleted. */
const OF_GONE = 2;

/** The checks that find them. */
const INJECTED = ['outbox-activity', 'login-analytics', 'spool', 'user-email', 'orphans', 'cache'];

/** A field of an entry with a value that it never has. */
const ALTERED: Readonly<Record<string, unknown>> = {
  organization_id: newId(),
  event_type: 'user.exploded',
  user_id: newId(),
  user_email: 'somebody@else.example',
  actor_id: newId(),
  api_key_id: newId(),
  resource_type: 'teapot',
  resource_id: newId(),
  payload: { altered: true },
  occurred_at: new Date(0),
  recorded_at: new Date().toISOString(),
  source: 'api',
  invented: 1,
};

describe('injected differences', () => {
  let service: ReconciledService;
  const users: { id: string; email: string }[] = [];
  const posted: Document[] = [];
  let erased: string;
  beforeAll(async () => {
    service = await ReconciledService.start();
    for (let n = 0; n < USERS; n += 1) users.push(await service.createUser());
    for (const user of users) {
      await service.login(user);
      posted.push(
        await service.post({
          event_type: 'page_view',
          user_id: user.id,
          payload: { at: 1.5, a: [{ b: null }] },
        }),
      );
    }
    const gone = await service.createUser();
    erased = gone.id;
    expect((await service.t.request('DELETE', `/api/v1/users/${gone.id}`)).status).toBe(204);
    await service.settled();
  });
  afterAll(() => service.close());

  const entries = async (type: string): Promise<Document[]> =>
    service
      .collection('activity_logs')
      .find({ event_type: type, source: 'outbox' })
      .sort({ _id: 1 })
      .toArray();

  it('finds nothing where nothing differs, having compared everything', async () => {
    const report = await service.verify();
    expect(report).toMatchObject({ ok: true, details: [], remaining: 0 });
    const compared = Object.fromEntries(report.checks.map(({ name, compared: count }) => [name, count]));
    expect(compared).toMatchObject({
      'outbox-activity': 2 * USERS + OF_GONE,
      'login-analytics': USERS,
      'user-email': 3 * USERS + OF_GONE,
    });
    expect(compared['orphans']).toBeGreaterThanOrEqual(4 * USERS);
    expect(compared['cache']).toBeGreaterThan(0);
  });

  it('finds 100 of 100 of every kind, each once, and repairs them', async () => {
    const activity = service.collection('activity_logs');
    const analytics = service.collection('analytics_events');
    const created = await entries('user.created');
    const logins = await entries('user.login');
    const events = await analytics.find().sort({ _id: 1 }).toArray();
    let injected = 0;
    const inject = async (change: () => Promise<unknown>): Promise<void> => {
      await change();
      injected += 1;
    };
    // 10 entries of the outbox deleted.
    for (const { _id } of created.slice(0, 10)) await inject(() => activity.deleteOne({ _id }));
    // Each field altered, one for each entry; and one entry with everything wrong.
    for (const [index, [field, value]] of Object.entries(ALTERED).entries()) {
      const _id = created[10 + index]?._id ?? '';
      await inject(() => activity.updateOne({ _id }, { $set: { [field]: value } }));
    }
    const { source: _source, ...everything } = ALTERED;
    await inject(() => activity.updateOne({ _id: created[25]?._id ?? '' }, { $set: everything }));
    await inject(() => activity.updateOne({ _id: created[26]?._id ?? '' }, { $unset: { payload: '' } }));
    // 15 copies under keys of every sort.
    for (let n = 0; n < 15; n += 1) {
      const { _id, ...copy } = logins[n] ?? { _id: '' };
      if (n === 14) await inject(() => activity.insertOne(copy as Document));
      else
        await inject(() =>
          activity.insertOne({ ...copy, _id: [newId, randomUUID, () => `${_id}-copy`][n % 3]?.() ?? '' }),
        );
    }
    // Entries of clients: the address and the organisation.
    for (const { id } of posted.slice(0, 10) as unknown as { id: string }[]) {
      await inject(() => activity.updateOne({ _id: id }, { $set: { user_email: 'x@example.com' } }));
    }
    for (const { id } of posted.slice(10, 15) as unknown as { id: string }[]) {
      await inject(() =>
        activity.updateOne({ _id: id }, { $set: { organization_id: newId(), user_email: null } }),
      );
    }
    // Analytics: deleted, altered, duplicated.
    for (const { _id } of events.slice(0, 10)) await inject(() => analytics.deleteOne({ _id }));
    for (const [index, field] of [
      'user_id',
      'day',
      'hour',
      'timestamp',
      'properties',
      'event_name',
      'message_id',
      'event_category',
    ].entries()) {
      await inject(() =>
        analytics.updateOne({ _id: events[10 + index]?._id ?? '' }, { $set: { [field]: `other ${index}` } }),
      );
    }
    for (const { _id, ...copy } of events.slice(20, 26)) {
      await inject(() =>
        analytics.insertOne({ ...copy, _id: newId(), message_id: `outbox:${newId()} of ${_id}` }),
      );
    }
    // Acknowledged by the spool, and given up.
    for (let n = 0; n < 5; n += 1) await inject(() => service.giveUp());
    // The log knows again who a deleted person was.
    await inject(
      () => service.sql`
        update outbox_events set subject_email = 'gone@example.com'
        where subject_user_id = ${erased} and type = 'user.created'`,
    );
    // Orphans: a queue row without an event, and entries of an organisation that never was.
    for (let n = 0; n < 5; n += 1) {
      await inject(
        () => service.sql`
        insert into outbox_queue (event_id, aggregate, available_at) values (${newId()}, 'user:x', now() + interval '1 hour')`,
      );
    }
    for (let n = 0; n < 5; n += 1) {
      await inject(() =>
        activity.insertOne({
          ...{
            _id: newId(),
            organization_id: newId(),
            event_type: 'page_view',
            user_id: null,
            user_email: null,
          },
          ...{ actor_id: newId(), api_key_id: null, resource_type: null, resource_id: null, payload: {} },
          ...{ occurred_at: new Date(), recorded_at: new Date(), source: 'api' },
        }),
      );
    }
    // Redis: cached answers to reads, whose bytes are changed.
    for (const { id } of users.slice(0, 100 - injected))
      await service.t.request('GET', `/api/v1/users/${id}`);
    const keys = (await service.cacheKeys()).filter((key) => key.includes(service.t.tenant.orgId));
    const details: string[] = [];
    for (const key of keys) {
      if (injected === 100) break;
      try {
        await inject(() => service.tamper(key, (body) => body.replace('"role":"user"', '"role":"admin"')));
        details.push(key);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('Nothing was changed'))) throw error;
      }
    }
    expect(injected).toBe(100);
    expect(details.length).toBeGreaterThan(2);

    const report = await service.verify();
    const records = report.details.map(({ record }) => record);
    console.info(`injected ${injected}, reported ${total(report)}: ${JSON.stringify(found(report))}`);
    expect(new Set(records).size).toBe(records.length);
    expect(total(report)).toBe(100);
    expect(report.ok).toBe(false);
    expect(Object.keys(found(report))).toEqual(expect.arrayContaining(INJECTED));
    for (const name of INJECTED) expect(found(report)[name]).toBeGreaterThan(0);

    const repaired = await service.verify({ isRepair: true });
    console.info(JSON.stringify(repaired.checks));
    expect(repaired.details.filter(({ repair }) => repair === null)).toEqual([]);
    expect(repaired).toMatchObject({ ok: true, remaining: 0 });
    expect(total(repaired)).toBe(100);
    expect(await service.verify({ isRepair: true })).toMatchObject({ ok: true, details: [] });
  });

  it('gives back what it repaired as it was', async () => {
    const [first] = await entries('user.created');
    const before = await service.collection('activity_logs').findOne({ _id: first?._id ?? '' });
    await service.collection('activity_logs').deleteOne({ _id: first?._id ?? '' });
    const list = await service.t.request('GET', '/api/v1/activity?event_type=user.created&limit=200');
    await service.verify({ isRepair: true });
    expect(await service.collection('activity_logs').findOne({ _id: first?._id ?? '' })).toEqual(before);
    // What was cached of it meanwhile is not given any more.
    const after = await service.t.request('GET', '/api/v1/activity?event_type=user.created&limit=200');
    expect((after.body as { data: unknown[] }).data).toHaveLength(
      (list.body as { data: unknown[] }).data.length + 1,
    );
  });

  it('compares only what it is told, and knows what it does not know', async () => {
    const report = await service.verify({ only: ['user-email', 'orphans'] });
    expect(report.checks.map(({ name }) => name)).toEqual(['user-email', 'orphans']);
    await expect(service.verify({ only: ['user-email', 'moods'] })).rejects.toThrow('no check "moods"');
  });
});

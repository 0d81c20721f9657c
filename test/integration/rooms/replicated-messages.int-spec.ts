import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { FallbackTuning } from '../../../src/flows/fallback/fallback-tuning.js';
import type { ReplicatedRecords } from '../../../src/flows/fallback/replica.js';
import { Reconciler } from '../../../src/flows/fallback/reconciler.js';
import { SyncMarks } from '../../../src/flows/fallback/sync-marks.js';
import type { Difference } from '../../../src/flows/reconciliation/check.js';
import { DirectMessagesCheck } from '../../../src/modules/rooms/direct-messages.check.js';
import { DIRECT_MESSAGES } from '../../../src/modules/rooms/direct-messages.token.js';
import { edited, newMessage, type StoredMessage, tombstoneOf } from '../../../src/modules/rooms/message.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Chatter } from '../../e2e/rooms/chat.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

/** What only outages make is written into one store, past the service. */
describe('direct messages in two stores', () => {
  let t: TestApp;
  let ada: Chatter;
  let grace: Chatter;
  let room: string;
  let messages: ReplicatedRecords<StoredMessage>;
  let reconciler: Reconciler;
  let check: DirectMessagesCheck;

  beforeAll(async () => {
    t = await createTestApp();
    [ada, grace] = [await Chatter.join(t), await Chatter.join(t)];
    room = await ada.open('direct', grace);
    messages = t.app.get(DIRECT_MESSAGES, { strict: false });
    reconciler = t.app.get(Reconciler, { strict: false });
    check = t.app.get(DirectMessagesCheck, { strict: false });
  });
  afterAll(() => t.close());

  const message = (content: string, clientId: string | null = null): StoredMessage =>
    newMessage(
      { organizationId: t.tenant.orgId, roomId: room, memberId: ada.id, clientId },
      { content, fileUrl: null },
    );
  const later = (ms: number): Date => new Date(Date.now() + ms);
  const everything = (): Promise<number> => reconciler.reconcile(later(60_000));
  const held = async (id: string) => {
    const find = async ({ byIds }: { byIds: (ids: string[]) => Promise<ReadonlyMap<string, unknown>> }) =>
      (await byIds([id])).get(id);
    return [
      await find({ byIds: (ids) => messages.mongodb.byIds(ids) }),
      await find({ byIds: (ids) => messages.postgresql.byIds(ids) }),
    ];
  };
  async function differences(): Promise<Difference[]> {
    await t.app.get(SyncMarks, { strict: false }).flush();
    const found: Difference[] = [];
    for await (const batch of check.compare()) found.push(...batch.differences);
    return found;
  }

  it('are brought over from either, with the mark taken off', async () => {
    const [one, other] = [message('in MongoDB alone'), message('in PostgreSQL alone')];
    await messages.mongodb.put(one, true);
    await messages.postgresql.put(other, true);
    await everything();
    for (const each of [one, other]) {
      const expected = { record: each, unsyncedSince: null };
      expect(await held(each.id)).toEqual([expected, expected]);
    }
    expect(await reconciler.pending()).toBe(0);
  });

  it('become a tombstone in both where one was deleted and the other edited meanwhile', async () => {
    const first = message('x');
    const second = edited(first, { content: 'y', fileUrl: null }, later(1_000));
    const third = edited(second, { content: 'z', fileUrl: null }, later(2_000));
    await messages.mongodb.put(tombstoneOf(first, later(500)), true);
    await messages.postgresql.put(third, true);
    await everything();
    const [mongodb, postgresql] = await held(first.id);
    expect(mongodb).toMatchObject({ record: { isDeleted: true, content: null, version: 4 } });
    expect(postgresql).toEqual(mongodb);
  });

  it('are never overwritten by an older version, nor a tombstone by an edit', async () => {
    const first = message('x');
    const gone = tombstoneOf(first, later(500));
    const edit = edited(
      edited(first, { content: 'y', fileUrl: null }, later(1)),
      { content: 'z', fileUrl: null },
      later(2),
    );
    for (const store of [messages.mongodb, messages.postgresql]) {
      expect(await store.put(gone, false)).toEqual({ kind: 'put' });
      expect(await store.put(first, false)).toEqual({ kind: 'newer' });
      expect(await store.put(edit, false)).toEqual({ kind: 'newer' });
      expect(await store.put(gone, false)).toEqual({ kind: 'same' });
    }
  });

  it('are one where the same message was sent into each store under an id of its own', async () => {
    const clientId = `c:${newId()}`;
    const [one, other] = [message('twice', clientId), message('twice', clientId)];
    await messages.mongodb.put(one, true);
    await messages.postgresql.put(other, true);
    await everything();
    await everything();
    const { data } = await grace.page(room, '?limit=200');
    expect(data.filter(({ content }) => content === 'twice').map(({ id }) => id)).toEqual([one.id]);
    expect(await differences()).toEqual([]);
  });

  it('lose an author who was erased before PostgreSQL had the message', async () => {
    const one = { ...message('from nobody'), memberId: newId() };
    await messages.mongodb.put(one, true);
    await everything();
    await everything();
    const [mongodb, postgresql] = await held(one.id);
    expect(mongodb).toMatchObject({ record: { memberId: null, content: 'from nobody' } });
    expect(postgresql).toEqual(mongodb);
  });

  it('go with a room that is gone', async () => {
    const one = { ...message('of no room'), roomId: newId() };
    await messages.mongodb.put(one, true);
    await everything();
    expect(await held(one.id)).toEqual([undefined, undefined]);
  });

  it('are compared field by field, and repaired', async () => {
    const [missing, extra, changed, fine] = [
      await ada.say(room, 'missing in PostgreSQL'),
      await ada.say(room, 'missing in MongoDB'),
      await ada.say(room, 'changed'),
      await ada.say(room, 'fine'),
    ];
    expect(await differences()).toEqual([]);
    const mongo = t.app.get(Mongo);
    const collection = () => mongo.collection<{ _id: string; content: string }>('direct_messages');
    await t.app.get(Postgres).sql`delete from direct_messages where id = ${missing.id}`;
    await mongo.run('delete', () => collection().deleteOne({ _id: extra.id }));
    await mongo.run('update', () =>
      collection().updateOne({ _id: changed.id }, { $set: { content: 'damaged' } }),
    );
    const found = await differences();
    expect(found.map(({ id, kind, detail }) => ({ id, kind, detail }))).toEqual([
      { id: missing.id, kind: 'missing', detail: 'the copy in PostgreSQL' },
      { id: extra.id, kind: 'missing', detail: 'the document in MongoDB' },
      { id: changed.id, kind: 'different', detail: 'content' },
    ]);
    for (const difference of found) expect(await check.repair(difference)).toBe('made both copies equal');
    expect(await differences()).toEqual([]);
    const { data } = await grace.page(room, '?limit=4');
    expect(data.map(({ id }) => id)).toEqual([fine.id, changed.id, extra.id, missing.id]);
  });

  it('that are being written are no difference', async () => {
    const one = message('under way');
    await messages.mongodb.put(one, true);
    expect(await differences()).toEqual([]);
    const tuning = t.app.get(FallbackTuning, { strict: false });
    Object.assign(tuning, { overdueMs: -60_000 });
    expect((await differences()).map(({ id }) => id)).toEqual([one.id]);
    Object.assign(tuning, { overdueMs: new FallbackTuning().overdueMs });
    await everything();
  });
});

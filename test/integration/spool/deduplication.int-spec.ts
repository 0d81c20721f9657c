import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Schema } from 'mongoose';

import { newId } from '../../../src/common/ids/ids.js';
import { DECLARED } from '../../../src/declare.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import { Declarations } from '../../../src/flows/declarations.js';
import { Ingest } from '../../../src/flows/ingest/ingest.js';
import type { IngestedDocument } from '../../../src/flows/ingest/ingested-document.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { SpoolStats } from '../../../src/flows/spool/spool-stats.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { declareWhenUp } from '../effects/effects-harness.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { CUT_OFF, isDrained } from './spool-harness.js';

const messageSchema = new Schema({ _id: String }, { collection: 'messages' });
messageSchema.index({ organization_id: 1, message_id: 1 }, { unique: true });
const timerSchema = new Schema({ _id: String }, { collection: 'timers' });

const shared = { ofOrganization: 'deleted', ofAccount: [] } as const;
const messages: OwnedCollection = {
  ...shared,
  name: 'messages',
  schema: messageSchema,
  resource: 'messages',
  duplicates: 'stored',
};
/** Ticks may be lost, repeated and reordered: the session keeps the greatest. */
const timers: OwnedCollection = {
  ...shared,
  name: 'timers',
  schema: timerSchema,
  resource: 'timers',
  ingested: ({ timer_id: id, seconds }) => ({
    updateMany: { filter: { _id: id }, update: { $max: { seconds } }, upsert: true },
  }),
};
const DECLARING = { ...DECLARED, collections: [...DECLARED.collections, messages, timers] };

describe('ingested documents that are there already', () => {
  let test: FlowsTest;
  let orgId: string;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    orgId = newId();
  });
  afterEach(() => test.end());

  const start = async (env: Record<string, string> = {}): Promise<Flows> => {
    const flows = await test.start({ env, tuning: { pollMs: 20 }, replace: [[Declarations, DECLARING]] });
    if (!env['MONGODB_URI']) await declareWhenUp(flows.get(Mongo), messages);
    return flows;
  };
  const aMessage = (messageId: string, organizationId = orgId): IngestedDocument => {
    const _id = newId();
    return {
      orgId: organizationId,
      collection: 'messages',
      aggregate: _id,
      document: { _id, organization_id: organizationId, message_id: messageId },
      subjectUserId: null,
      tags: [],
    };
  };
  const aTick = (timerId: string, seconds: number): IngestedDocument => {
    const _id = newId();
    const document = { _id, timer_id: timerId, seconds };
    return { orgId, collection: 'timers', aggregate: timerId, document, subjectUserId: null, tags: [] };
  };
  const stored = async (flows: Flows, collection: string): Promise<Record<string, unknown>[]> =>
    (await flows.get(Mongo).connection.db?.collection(collection).find().toArray()) ?? [];

  it('are known, under the id of the first, within a batch and in a later one', async () => {
    const flows = await start({ PROCESS_ROLE: 'api' });
    const batch = [aMessage('a'), aMessage('b'), aMessage('a'), aMessage('a', newId())];
    const [a, b] = batch;
    const outcomes = await flows.get(Ingest).accept(batch);
    expect(outcomes).toEqual([
      { kind: 'stored' },
      { kind: 'stored' },
      { kind: 'known', id: a?.document._id },
      { kind: 'stored' },
    ]);
    const again = await flows.get(Ingest).accept([aMessage('b'), aMessage('c'), ...(a ? [a] : [])]);
    // The last is the very document that was sent before: an attempt that seemed to fail.
    expect(again).toEqual([{ kind: 'known', id: b?.document._id }, { kind: 'stored' }, { kind: 'stored' }]);
    expect(await stored(flows, 'messages')).toHaveLength(4);
  });

  it('cost two round trips, however many they are', async () => {
    const flows = await start({ PROCESS_ROLE: 'api' });
    const ids = Array.from({ length: 1_000 }, (_, n) => `${n}`);
    await flows.get(Ingest).accept(ids.map((id) => aMessage(id)));
    const mongo = flows.get(Mongo);
    const run = mongo.run.bind(mongo);
    const operations: string[] = [];
    mongo.run = (name, operation) => {
      operations.push(name);
      return run(name, operation);
    };
    const outcomes = await flows.get(Ingest).accept(ids.map((id) => aMessage(id)));
    expect(outcomes.filter((outcome) => outcome.kind === 'known' && outcome.id !== null)).toHaveLength(1_000);
    expect(operations).toEqual(['bulkWrite', 'find', 'find']);
  });

  it('are stored once of 40 writers at once', async () => {
    const flows = await Promise.all([start({ PROCESS_ROLE: 'api' }), start({ PROCESS_ROLE: 'api' })]);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (flows[n % 2] ?? flows[0]).get(Ingest).accept([aMessage('same'), aMessage(`${n}`)]),
      ),
    );
    const firsts = outcomes.map((outcome) => outcome[0]?.kind);
    expect(firsts.filter((kind) => kind === 'stored')).toHaveLength(1);
    expect(firsts.filter((kind) => kind === 'known')).toHaveLength(39);
    expect(await stored(flows[0], 'messages')).toHaveLength(41);
  });

  it('leave the spool without becoming dead letters', async () => {
    const cutOff = await start(CUT_OFF);
    const spooled = [aMessage('a'), aMessage('a'), aMessage('b')];
    expect(await cutOff.get(Ingest).accept(spooled)).toEqual(spooled.map(() => ({ kind: 'spooled' })));
    // Makes the unique index before a relay delivers.
    await start({ PROCESS_ROLE: 'api' });
    const relay = await start();
    await isDrained(relay);
    expect(await relay.get(SpoolStats).snapshot()).toMatchObject({ pending: 0, deadLetters: 0 });
    expect((await stored(relay, 'messages')).map(({ message_id: id }) => id).toSorted()).toEqual(['a', 'b']);
  });

  it('are skipped where a projection makes them', async () => {
    const flows = await start({ PROCESS_ROLE: 'api' });
    await flows.get(Ingest).accept([aMessage('a')]);
    const writes = ['a', 'b', 'a'].map((id) => ({ collection: 'messages', insert: aMessage(id).document }));
    expect(await flows.get(ProjectedDocuments).write('messages', writes)).toBeNull();
    expect(await stored(flows, 'messages')).toHaveLength(2);
  });

  it('are applied as their collection says, directly, spooled, repeated and out of order', async () => {
    const timerId = newId();
    const cutOff = await start(CUT_OFF);
    const ticks = [30, 10, 50, 20].map((seconds) => aTick(timerId, seconds));
    await cutOff.get(Ingest).accept(ticks);
    const relay = await start();
    expect(await relay.get(Ingest).accept([aTick(timerId, 40)])).toEqual([{ kind: 'stored' }]);
    await isDrained(relay);
    await relay.get(Ingest).accept(ticks);
    expect(await stored(relay, 'timers')).toEqual([{ _id: timerId, seconds: 50 }]);
  });
});

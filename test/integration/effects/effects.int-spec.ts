import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { newId } from '../../../src/common/ids/ids.js';
import { DeadLetters } from '../../../src/flows/dead-letters/dead-letters.js';
import { EffectDelivery } from '../../../src/flows/effects/effect-delivery.js';
import { Effects } from '../../../src/flows/effects/effects.js';
import { PendingEffects } from '../../../src/flows/effects/pending-effects.mongo.repository.js';
import { ProjectedDocuments } from '../../../src/flows/projections/projected.mongo.repository.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { SwitchedCache } from '../flows/support/stand-ins.js';
import {
  ACTOR,
  aNote,
  changed,
  counting,
  editNote,
  insertNote,
  type Note,
  noteCollection,
  notes,
  startWithNotes,
  totalsOf,
} from './effects-harness.js';

const API = { PROCESS_ROLE: 'api' };

describe('effects', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  const find = (flows: Flows, { _id }: Note) => noteCollection(flows).findOne({ _id });
  const isSettled = (flows: Flows, note: Note) =>
    eventually(
      () => find(flows, note),
      (found) => found?.pending?.length === 0,
    );
  const waiting = (flows: Flows) => noteCollection(flows).countDocuments({ 'pending.0': { $exists: true } });
  const areSettled = (flows: Flows) =>
    eventually(
      () => waiting(flows),
      (count) => count === 0,
    );

  it('can be read when the change is answered, as one activity entry, and leave the document', async () => {
    const cache = new SwitchedCache();
    const flows = await startWithNotes(test, {
      env: API,
      tuning: { visibleWithinMs: 10_000 },
      replace: [[TaggedCache, cache]],
    });
    const note = aNote();
    const effect = changed(note, 'note.created', 0);
    await insertNote(flows, note, effect);
    await flows.get(Effects).deliver(notes, note._id, [effect]);
    expect(await flows.entries(note.organization_id)).toEqual([
      {
        _id: effect._id,
        organization_id: note.organization_id,
        event_type: 'note.created',
        user_id: null,
        user_email: null,
        actor_id: ACTOR,
        api_key_id: null,
        resource_type: 'note',
        resource_id: note._id,
        payload: { length: 4 },
        occurred_at: effect.at,
        recorded_at: effect.at,
        source: 'effect',
      },
    ]);
    expect(cache.replaced).toEqual(
      expect.arrayContaining([`o:${note.organization_id}:notes`, `o:${note.organization_id}:activity`]),
    );
    const settled = await isSettled(flows, note);
    expect(settled?.applied?.map(({ _id }) => _id)).toEqual([effect._id]);
  });

  it('are applied by a relay where the request died after its write', async () => {
    const flows = await startWithNotes(test);
    const note = aNote();
    await insertNote(flows, note, changed(note), counting(note));
    await editNote(flows, note, 'other', changed(note, 'note.updated'), counting(note));
    await areSettled(flows);
    const entries = await flows.entries(note.organization_id);
    expect(entries.map(({ event_type }) => event_type).toSorted()).toEqual(['note.created', 'note.updated']);
    expect(await totalsOf(flows, note.organization_id)).toMatchObject({ changes: 2 });
  });

  it('are left to the request for a while, and survive the update of another field', async () => {
    const flows = await startWithNotes(test, { env: API });
    const note = aNote();
    await insertNote(flows, note, changed(note, 'note.created', 0));
    expect(await flows.get(PendingEffects).claim(notes, new Date())).toEqual([]);
    await noteCollection(flows).updateOne({ _id: note._id }, { $set: { text: 'x' } });
    const later = new Date(Date.now() + 60_000);
    expect(await flows.get(PendingEffects).claim(notes, later)).toHaveLength(1);
  });

  it('are claimed by one relay of several, and no write of them is begun once the claim is over', async () => {
    const flows = await startWithNotes(test, { env: API });
    const orgId = newId();
    for (let n = 0; n < 20; n += 1) {
      const note = aNote(orgId);
      await insertNote(flows, note, changed(note), counting(note));
    }
    const pending = flows.get(PendingEffects);
    const claims = await Promise.all(Array.from({ length: 4 }, () => pending.claim(notes, new Date())));
    expect(claims.flat()).toHaveLength(40);
    expect(new Set(claims.flat().map(({ effect }) => effect._id)).size).toBe(40);
    const late = claims.flat().map((claimed) => ({ ...claimed, applyBeforeMs: performance.now() - 1 }));
    const outcomes = await flows.get(EffectDelivery).apply(late);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['deferred']));
    expect(await totalsOf(flows, orgId)).toBeNull();
    const again = await pending.claim(notes, new Date(Date.now() + 5_001));
    expect(again).toHaveLength(40);
  });

  it('are applied once each by two relays and a request at once', async () => {
    const [one, other] = await Promise.all([startWithNotes(test), startWithNotes(test)]);
    const orgId = newId();
    const changes = Array.from({ length: 150 }, () => aNote(orgId));
    const change = async (note: Note, n: number): Promise<void> => {
      const flows = n % 2 === 0 ? one : other;
      const effects = [changed(note), counting(note)];
      await insertNote(flows, note, ...effects);
      if (n % 3 === 0) await flows.get(Effects).deliver(notes, note._id, effects);
    };
    for (let from = 0; from < changes.length; from += 10)
      await Promise.all(changes.slice(from, from + 10).map((note, n) => change(note, n)));
    await areSettled(one);
    expect(await one.entries(orgId)).toHaveLength(150);
    expect(await totalsOf(one, orgId)).toMatchObject({ changes: 150 });
    const kept = await noteCollection(one).find({}).toArray();
    expect(kept.map(({ applied = [] }) => applied.length)).toEqual(changes.map(() => 2));
  });

  it('are applied once where a process dies between any two writes', async () => {
    const never = new Promise<never>(() => undefined);
    const orgId = newId();
    const changes = Array.from({ length: 3 }, () => aNote(orgId));
    const dying = await startWithNotes(test, { env: API, tuning: { visibleWithinMs: 50, drainMs: 0 } });
    const record = dying.get(PendingEffects);
    record.record = () => never;
    const documents = dying.get(ProjectedDocuments);
    const write = documents.write.bind(documents);
    let written = 0;
    documents.write = async (collection, writes) => {
      written += 1;
      const refused = await write(collection, writes);
      // The second change: one of its two writes is made. The third is never tried.
      return written < 3 ? refused : never;
    };
    for (const note of changes) {
      const effects = [changed(note), counting(note)];
      await insertNote(dying, note, ...effects);
      await dying.get(Effects).deliver(notes, note._id, effects);
    }
    const relay = await startWithNotes(test);
    await areSettled(relay);
    expect(await relay.entries(orgId)).toHaveLength(3);
    expect(await totalsOf(relay, orgId)).toMatchObject({ changes: 3 });
  });

  it('wait for a cache that cannot be told, without being applied again', async () => {
    const cache = new SwitchedCache();
    cache.isReachable = false;
    const flows = await startWithNotes(test, {
      tuning: { tagsAgainMs: 20 },
      replace: [[TaggedCache, cache]],
    });
    const note = aNote();
    await insertNote(flows, note, changed(note));
    const applied = await eventually(
      () => find(flows, note),
      (found) => found?.pending?.[0]?.is_applied === true,
    );
    expect(applied?.pending).toHaveLength(1);
    expect(await flows.entries(note.organization_id)).toHaveLength(1);
    cache.isReachable = true;
    await isSettled(flows, note);
    expect(cache.replaced).toContain(`o:${note.organization_id}:notes`);
  });

  it('are given up one by one after their attempts, and hold up no other effect', async () => {
    const flows = await startWithNotes(test, { tuning: { maxAttempts: 3, backOffBaseMs: 20 } });
    const note = aNote();
    const poison = counting(note, 'note.poison');
    const unknown = counting(note, 'note.unheard_of');
    await insertNote(flows, note, poison, unknown, changed(note));
    const settled = await isSettled(flows, note);
    expect(settled?.dead_letters?.map(({ _id }) => _id).toSorted()).toEqual(
      [poison._id, unknown._id].toSorted(),
    );
    expect(settled?.dead_letters?.map(({ attempts }) => attempts)).toEqual([3, 3]);
    expect(await flows.entries(note.organization_id)).toHaveLength(1);
    // The write before the refused one is not repeated, however little the derived document remembers.
    expect(await totalsOf(flows, note.organization_id)).toMatchObject({ poisons: 1 });
  });

  it('are found by an index, not by reading every document', async () => {
    const flows = await startWithNotes(test, { env: API });
    await noteCollection(flows).insertMany(Array.from({ length: 2_000 }, () => aNote()));
    const isDue = { $elemMatch: { due_at: { $lte: new Date() } } };
    const none = { 'pending.0': { $exists: false }, 'dead_letters.0': { $exists: false } };
    const filters = [
      { 'pending._id': { $gt: '' }, pending: isDue },
      { removed_at: { $gt: new Date(0) }, ...none },
      { 'dead_letters._id': { $gt: '' } },
    ];
    for (const filter of filters) {
      const plan: unknown = await flows.get(Mongo).collection('notes').find(filter).explain('executionStats');
      expect(plan).toMatchObject({ executionStats: { totalDocsExamined: 0 } });
    }
  });

  it('can be seen as dead letters, and tried again', async () => {
    const flows = await startWithNotes(test, { tuning: { maxAttempts: 1 } });
    const note = aNote();
    const poison = counting(note, 'note.poison');
    await insertNote(flows, note, poison);
    const letters = flows.get(DeadLetters);
    const [dead] = await eventually(
      () => letters.list(10),
      (found) => found.length === 1,
    );
    expect(dead).toMatchObject({
      source: 'effects',
      id: poison._id,
      type: 'note.poison',
      aggregate: `notes:${note._id}`,
      orgId: note.organization_id,
      attempts: 1,
      recordedAt: poison.at,
    });
    expect(dead?.lastError).toEqual(expect.any(String));
    expect(await letters.find(poison._id)).toMatchObject({ actorUserId: ACTOR, payload: poison.payload });
    expect([await letters.isKnown(poison._id), await letters.isKnown(newId())]).toEqual([true, false]);
    expect(await letters.list(10, { source: 'outbox' })).toEqual([]);
    // The cause is mended: the refused write is marked as done.
    await noteCollection(flows).updateOne({ _id: note._id }, { $set: { 'dead_letters.0.done': [0, 1] } });
    expect(await letters.retry([poison._id])).toBe(1);
    const settled = await eventually(
      () => find(flows, note),
      (found) => found?.applied?.length === 1,
    );
    expect([settled?.pending, settled?.dead_letters]).toEqual([[], []]);
    expect(await totalsOf(flows, note.organization_id)).toMatchObject({ poisons: 1 });
    expect(await letters.retryAll('effects')).toBe(0);
  });
});

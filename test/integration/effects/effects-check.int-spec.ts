import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Documents } from '../../../src/flows/reconciliation/documents.mongo.repository.js';
import { DocumentWalk } from '../../../src/flows/reconciliation/document-walk.mongo.repository.js';
import type { Difference } from '../../../src/flows/reconciliation/check.js';
import { EffectTargets } from '../../../src/flows/reconciliation/effect-targets.js';
import { EffectsCheck } from '../../../src/flows/reconciliation/effects.check.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import {
  aNote,
  changed,
  counting,
  editNote,
  insertNote,
  type Note,
  noteCollection,
  startWithNotes,
  TOTALS,
  totalsOf,
} from './effects-harness.js';

const HOUR_MS = 3_600_000;
const providers = [EffectsCheck, EffectTargets, Documents, DocumentWalk];

describe('the check of effects', () => {
  let test: FlowsTest;
  let flows: Flows;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    flows = await startWithNotes(test, { providers, tuning: { maxAttempts: 1 } });
  });
  afterEach(() => test.end());

  const entries = () => flows.get(Mongo).collection<ActivityLog>(ACTIVITY_COLLECTION);
  const compare = async (): Promise<{ compared: number; differences: Difference[] }> => {
    const all = { compared: 0, differences: [] as Difference[] };
    for await (const { compared, differences } of flows.get(EffectsCheck).compare()) {
      all.compared += compared;
      all.differences.push(...differences);
    }
    return all;
  };
  const kinds = async (): Promise<string[]> =>
    (await compare()).differences.map(({ kind, detail }) => `${kind} ${detail}`).toSorted();
  const repairAll = async (): Promise<(string | null)[]> => {
    const said: (string | null)[] = [];
    for (const difference of (await compare()).differences)
      said.push(await flows.get(EffectsCheck).repair(difference));
    return said;
  };
  const areSettled = () =>
    eventually(
      () => noteCollection(flows).countDocuments({ 'pending.0': { $exists: true } }),
      (count) => count === 0,
    );
  /** Two changes of each note, all applied. */
  const someNotes = async (count: number): Promise<Note[]> => {
    const orgId = newId();
    const made = Array.from({ length: count }, () => aNote(orgId));
    for (const note of made) {
      await insertNote(flows, note, changed(note), counting(note));
      await editNote(flows, note, 'x', changed(note, 'note.updated'));
    }
    await areSettled();
    return made;
  };

  it('finds nothing where each effect reached its target', async () => {
    await someNotes(10);
    expect(await compare()).toEqual({ compared: 30, differences: [] });
  });

  it('finds entries that were deleted or altered, and writes them again', async () => {
    const [first, second] = await someNotes(3);
    const of = ({ _id }: Note) => entries().find({ resource_id: _id }).sort({ _id: 1 }).toArray();
    const before = await entries().find().sort({ _id: 1 }).toArray();
    if (!first || !second) throw new Error('There are no notes');
    const [gone] = await of(first);
    const [altered] = await of(second);
    await entries().deleteOne({ _id: gone?._id ?? '' });
    await entries().updateOne({ _id: altered?._id ?? '' }, { $set: { event_type: 'note.forged' } });
    // The address of an entry follows its account, and is another check's.
    await entries().updateMany({}, { $set: { user_email: 'ada@example.com' } });
    expect(await kinds()).toEqual([
      'different activity: activity_logs: event_type',
      'missing activity: nothing in activity_logs',
    ]);
    expect(await repairAll()).toEqual(Array.from({ length: 2 }, () => 'wrote what it has to write again'));
    expect(await kinds()).toEqual([]);
    await entries().updateMany({}, { $set: { user_email: null } });
    expect(await entries().find().sort({ _id: 1 }).toArray()).toEqual(before);
  });

  it('finds a derived document that has not counted a change', async () => {
    const [note] = await someNotes(3);
    const orgId = note?.organization_id ?? '';
    await flows
      .get(Mongo)
      .collection<{ _id: string; applied_ids: string[]; unsettled_ids: string[] }>(TOTALS)
      .updateOne({ _id: orgId }, { $pop: { applied_ids: 1, unsettled_ids: 1 }, $inc: { changes: -1 } });
    expect(await kinds()).toEqual(['different note.counted: note_totals: not counted']);
    await repairAll();
    expect(await kinds()).toEqual([]);
    expect(await totalsOf(flows, orgId)).toMatchObject({ changes: 3 });
  });

  it('finds what is pending for too long, and what was given up', async () => {
    const api = await startWithNotes(test, { env: { PROCESS_ROLE: 'api' } });
    await test.stop(flows);
    flows = await startWithNotes(test, { env: { PROCESS_ROLE: 'api' }, providers });
    const [fresh, old] = [aNote(), aNote()];
    await insertNote(api, fresh, changed(fresh));
    await insertNote(api, old, changed(old, 'note.created', HOUR_MS));
    expect(await kinds()).toEqual(['missing activity: not applied for long']);
    expect(await repairAll()).toEqual(['applied it']);
    expect(await kinds()).toEqual([]);
    expect(await flows.entries(old.organization_id)).toHaveLength(1);
  });

  it('cannot repair what is refused still', async () => {
    const note = aNote();
    await insertNote(flows, note, counting(note, 'note.poison'));
    await areSettled();
    expect(await kinds()).toEqual(['missing note.poison: given up after its attempts']);
    expect(await repairAll()).toEqual([null]);
    await noteCollection(flows).updateOne({ _id: note._id }, { $set: { 'dead_letters.0.done': [0, 1] } });
    expect(await repairAll()).toEqual(['applied it']);
    expect(await kinds()).toEqual([]);
  });
});

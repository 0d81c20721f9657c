import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deletedWith, PRESENT } from '../../../src/flows/effects/carrying.js';
import { Effects } from '../../../src/flows/effects/effects.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import {
  aNote,
  changed,
  counting,
  insertNote,
  type Note,
  noteCollection,
  notes,
  startWithNotes,
} from './effects-harness.js';

const API = { PROCESS_ROLE: 'api' };

describe('the effects of a deletion', () => {
  let test: FlowsTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
  });
  afterEach(() => test.end());

  const find = (flows: Flows, { _id }: Note) => noteCollection(flows).findOne({ _id });
  const areSettled = (flows: Flows) =>
    eventually(
      () => noteCollection(flows).countDocuments({ 'pending.0': { $exists: true } }),
      (count) => count === 0,
    );
  const deleted = async (flows: Flows, note: Note, ageMs = 0) => {
    const effect = changed(note, 'note.deleted', ageMs);
    await noteCollection(flows).updateOne({ _id: note._id, ...PRESENT }, deletedWith(effect));
    return effect;
  };

  it('are applied before the document goes, and it is gone when the request is answered', async () => {
    const flows = await startWithNotes(test, { env: API, tuning: { visibleWithinMs: 10_000 } });
    const note = aNote();
    await insertNote(flows, note);
    const effect = await deleted(flows, note);
    expect(await noteCollection(flows).findOne({ _id: note._id, ...PRESENT })).toBeNull();
    await flows.get(Effects).remove(notes, note._id, [effect]);
    expect(await find(flows, note)).toBeNull();
    expect((await flows.entries(note.organization_id)).map(({ _id }) => _id)).toEqual([effect._id]);
  });

  it('are applied by a relay, with those before them, and dead letters keep the document', async () => {
    const flows = await startWithNotes(test, { tuning: { maxAttempts: 1, sweepMs: 20 } });
    const [note, kept] = [aNote(), aNote()];
    await insertNote(flows, note, changed(note));
    await insertNote(flows, kept, counting(kept, 'note.poison'));
    await deleted(flows, note, 10_000);
    await deleted(flows, kept, 10_000);
    await eventually(
      () => find(flows, note),
      (found) => found === null,
    );
    expect(await flows.entries(note.organization_id)).toHaveLength(2);
    await areSettled(flows);
    expect((await find(flows, kept))?.dead_letters).toHaveLength(1);
  });

  it('take away no document with a deletion of its own, or none', async () => {
    const flows = await startWithNotes(test, { tuning: { sweepMs: 20 } });
    const kept = [null, new Date()].map((deletedAt) => ({ ...aNote(), deleted_at: deletedAt }));
    for (const note of kept) await insertNote(flows, note, changed(note));
    const leaving = { ...aNote(), pending: [], removed_at: new Date() } as Note;
    await insertNote(flows, leaving);
    await eventually(
      () => find(flows, leaving),
      (found) => found === null,
    );
    await areSettled(flows);
    await eventually(
      () => flows.entries(kept[0]?.organization_id ?? ''),
      (entries) => entries.length === 1,
    );
    for (const note of kept) expect(await find(flows, note)).not.toBeNull();
  });

  it('leave no document behind where a process died before it removed it', async () => {
    const flows = await startWithNotes(test, { env: API });
    const note = aNote();
    await insertNote(flows, { ...note, pending: [], removed_at: new Date() } as Note);
    await startWithNotes(test, { tuning: { sweepMs: 20 } });
    await eventually(
      () => find(flows, note),
      (found) => found === null,
    );
  });
});

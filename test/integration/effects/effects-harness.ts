import { Schema } from 'mongoose';

import { newId } from '../../../src/common/ids/ids.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import { carrying, withEffects } from '../../../src/flows/effects/carrying.js';
import type { DeadEffect, Effect, EffectHandler, PendingEffect } from '../../../src/flows/effects/effect.js';
import { EffectCollections } from '../../../src/flows/effects/effect-collections.js';
import { carriesEffects } from '../../../src/flows/effects/effect-schema.js';
import { EffectTuning } from '../../../src/flows/effects/effect-tuning.js';
import { activityEffects, newActivityEffect } from '../../../src/modules/activity/activity.effects.js';
import { declareCollections } from '../../../src/stores/mongo/declare-collections.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { eventually } from '../../support/eventually.js';
import type { Flows, FlowsOptions } from '../flows/support/flows-harness.js';
import type { FlowsTest } from '../flows/support/flows-test.js';

export const NOTES = 'notes';
export const TOTALS = 'note_totals';

const noteSchema = new Schema({ _id: String, organization_id: String, text: String }, { collection: NOTES });
carriesEffects(noteSchema);

/** Counts changes of notes: an effect that would count twice where it is not applied once. */
const counted: EffectHandler = {
  kind: 'note.counted',
  writes: ({ _id, organization_id: orgId }) => [
    { collection: TOTALS, applyOnce: { _id: orgId, by: _id, update: { $inc: { changes: 1 } } } },
  ],
  tags: () => [],
};

/** Two writes, of which MongoDB refuses the second. */
const poisonous: EffectHandler = {
  kind: 'note.poison',
  writes: ({ _id, organization_id: orgId }) => [
    {
      collection: TOTALS,
      applyOnce: { _id: orgId, by: _id, update: { $inc: { poisons: 1 } }, remembered: 1 },
    },
    { collection: 'refusing', updateMany: { filter: { $nonsense: 1 }, update: { $set: { a: 1 } } } },
  ],
  tags: () => [],
};

export const notes: OwnedCollection = {
  name: NOTES,
  schema: noteSchema,
  resource: 'notes',
  effects: [activityEffects, counted, poisonous],
  ofOrganization: 'deleted',
  ofAccount: [],
};

export interface Note {
  _id: string;
  organization_id: string;
  text: string;
  pending?: PendingEffect[];
  applied?: Effect[];
  dead_letters?: DeadEffect[];
}

/** A process with the collection of notes; `PROCESS_ROLE: 'api'` has no relay. */
export async function startWithNotes(
  test: FlowsTest,
  {
    tuning = {},
    replace = [],
    ...options
  }: Omit<FlowsOptions, 'tuning'> & { tuning?: Partial<EffectTuning> } = {},
): Promise<Flows> {
  const flows = await test.start({
    ...options,
    replace: [
      ...replace,
      [EffectCollections, new EffectCollections([notes])],
      [EffectTuning, Object.assign(new EffectTuning(), { pollMs: 20, ...tuning })],
    ],
  });
  await declareWhenUp(flows.get(Mongo), notes);
  return flows;
}

/** A process may start before it has reached MongoDB. */
export async function declareWhenUp(mongo: Mongo, collection: OwnedCollection): Promise<void> {
  await eventually(
    () => mongo.liveness.check(),
    (isUp) => isUp,
  );
  if (!mongo.connection.db) throw new Error('MongoDB is not connected');
  await declareCollections(mongo.connection.db, [collection]);
}

export function noteCollection(flows: Flows) {
  const { db } = flows.get(Mongo).connection;
  if (!db) throw new Error('MongoDB is not connected');
  return db.collection<Note>(NOTES);
}

export async function totalsOf(flows: Flows, orgId: string): Promise<Record<string, unknown> | null> {
  const { db } = flows.get(Mongo).connection;
  if (!db) throw new Error('MongoDB is not connected');
  return db.collection<{ _id: string }>(TOTALS).findOne({ _id: orgId });
}

const actorOf = (orgId: string) => ({ orgId, userId: ACTOR, apiKeyId: null });
export const ACTOR = newId();

/** An activity entry about a change of a note that was made `ageMs` ago, so that a relay may see it at once. */
export const changed = (note: Note, type = 'note.created', ageMs = 10_000): Effect =>
  newActivityEffect(actorOf(note.organization_id), {
    event_type: type,
    resource_type: 'note',
    resource_id: note._id,
    payload: { length: note.text.length },
    tags: [`o:${note.organization_id}:notes`],
    at: new Date(Date.now() - ageMs),
  });

export const counting = (note: Note, kind = 'note.counted'): Effect => ({ ...changed(note), kind });

export const aNote = (orgId = newId(), text = 'text'): Note => ({
  _id: newId(),
  organization_id: orgId,
  text,
});

export async function insertNote(flows: Flows, note: Note, ...effects: Effect[]): Promise<void> {
  await noteCollection(flows).insertOne(carrying(note, ...effects));
}

export async function editNote(
  flows: Flows,
  { _id }: Note,
  text: string,
  ...effects: Effect[]
): Promise<void> {
  await noteCollection(flows).updateOne({ _id }, withEffects({ $set: { text } }, ...effects));
}

import type { OwnedCollection } from '../collections/owned-collection.js';
import type { DeadEffect, PendingEffect } from './effect.js';
import type { EffectTuning } from './effect-tuning.js';
import { backOffMs } from '../queue/back-off.js';

/** A derived document that has counted the effect. */
export interface CountedWrite {
  collection: string;
  _id: string;
  by: string;
}

/** A pending effect and the document that carries it. */
export interface CarriedEffect {
  collection: OwnedCollection;
  documentId: string;
  effect: PendingEffect;
  /** The document is removed when its effects are applied. */
  isDeleted: boolean;
  /**
   * No write of the effect starts after this moment of `performance.now()`, because another process may take the
   * effect over then. `applyOnce` remembers a bounded number of ids, so a write that comes long after another
   * process's write could count twice.
   */
  applyBeforeMs: number;
}

/**
 * The outcome of an effect. `applied`: written, and the cache tags are replaced. `notInvalidated`: written, but the cache tags
 * could not be replaced. `failed`: refused. `deferred`: MongoDB did not answer, or the claim ended before everything
 * was written.
 */
export type EffectOutcome = CarriedEffect &
  (
    | { kind: 'applied' | 'notInvalidated'; counted: readonly CountedWrite[] }
    | { kind: 'deferred'; done: readonly number[] }
    | { kind: 'failed'; error: string; done: readonly number[] }
  );

type Update = Readonly<Record<string, unknown>>;

/** How many applied effects a document keeps, for `db:verify`. */
const KEPT = 5;

/** The update of the carrying document that records an outcome. Null: nothing has changed. */
export function recordOf(outcome: EffectOutcome, now: Date, tuning: EffectTuning): Update | null {
  const { effect } = outcome;
  const later = (ms: number): Date => new Date(now.getTime() + ms);
  switch (outcome.kind) {
    case 'deferred':
      return outcome.done.length > effect.done.length ? { $set: { 'pending.$.done': outcome.done } } : null;
    case 'applied':
      return { $pull: { pending: { _id: effect._id } }, $push: { applied: kept(effect) } };
    case 'notInvalidated':
      return { $set: { 'pending.$.is_applied': true, 'pending.$.due_at': later(tuning.tagsAgainMs) } };
    case 'failed': {
      const attempts = effect.attempts + 1;
      const failure = { attempts, last_error: outcome.error, done: outcome.done };
      if (attempts >= tuning.maxAttempts) {
        const dead: DeadEffect = { ...effect, ...failure, dead_at: now };
        return { $pull: { pending: { _id: effect._id } }, $push: { dead_letters: dead } };
      }
      return {
        $set: {
          ...Object.fromEntries(Object.entries(failure).map(([name, value]) => [`pending.$.${name}`, value])),
          'pending.$.due_at': later(backOffMs(attempts, tuning)),
        },
      };
    }
  }
}

function kept({
  due_at: _due,
  claimed_by: _claim,
  attempts: _attempts,
  last_error: _error,
  done: _done,
  is_applied: _applied,
  ...effect
}: PendingEffect) {
  return { $each: [effect], $slice: -KEPT };
}

import type { Effect, PendingEffect } from './effect.js';

/** How long relays leave a new effect to the request that wrote it. */
export const REQUEST_MS = 3_000;

type Update = Readonly<Record<string, unknown>>;

/** What only the flows read of a document. A repository leaves it out: `find(filter, { projection: NOT_CARRIED })`. */
export const NOT_CARRIED = { pending: 0, applied: 0, dead_letters: 0, idempotency: 0 } as const;

/** As a document carries it at first. */
export const pendingOf = (effect: Effect): PendingEffect => ({
  ...effect,
  due_at: new Date(effect.at.getTime() + REQUEST_MS),
  claimed_by: null,
  attempts: 0,
  last_error: null,
  done: [],
  is_applied: false,
});

/** A new document together with its effects: one insert. */
export const carrying = <T extends object>(
  document: T,
  ...effects: readonly Effect[]
): T & { pending: PendingEffect[] } => ({ ...document, pending: effects.map(pendingOf) });

/**
 * An update together with its effects: one `updateOne` or `findOneAndUpdate`. Never a replacement: it would lose what
 * the document carries already.
 */
export function withEffects(update: Update, ...effects: readonly Effect[]): Update {
  const pushed = update['$push'];
  return {
    ...update,
    $push: {
      ...(typeof pushed === 'object' ? pushed : {}),
      pending: { $each: effects.map(pendingOf) },
    },
  };
}

/** The condition of every read: a document that is marked as deleted is gone for everybody but the relay. */
export const PRESENT = { removed_at: null } as const;

/**
 * The update that deletes a document: it is marked, with the effects of its deletion, and `Effects.remove` takes it away once
 * they are applied. Until then its unique keys are taken.
 */
export const deletedWith = (...[first, ...others]: readonly [Effect, ...Effect[]]): Update =>
  withEffects({ $set: { removed_at: first.at } }, first, ...others);

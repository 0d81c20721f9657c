import type { Effect, PendingEffect } from './effect.js';

/** How long relays leave a new effect to the request that wrote it. */
export const REQUEST_MS = 3_000;

type Update = Readonly<Record<string, unknown>>;

/**
 * The fields of a document that only the flows read. Repositories leave them out: `find(filter, { projection:
 * NOT_CARRIED })`.
 */
export const NOT_CARRIED = { pending: 0, applied: 0, dead_letters: 0, idempotency: 0 } as const;

/** The effect in the form in which a document carries it at first. */
export const pendingOf = (effect: Effect): PendingEffect => ({
  ...effect,
  due_at: new Date(effect.at.getTime() + REQUEST_MS),
  claimed_by: null,
  attempts: 0,
  last_error: null,
  done: [],
  is_applied: false,
});

/** A new document together with its effects, so that one insert stores both. */
export const carrying = <T extends object>(
  document: T,
  ...effects: readonly Effect[]
): T & { pending: PendingEffect[] } => ({ ...document, pending: effects.map(pendingOf) });

/**
 * An update together with its effects, for one `updateOne` or `findOneAndUpdate`. Never use a replacement: it would
 * remove the effects that the document carries already.
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

/** The condition of every read. Only the relay sees a document that is marked as deleted. */
export const PRESENT = { removed_at: null } as const;

/**
 * The update that marks a document as deleted and adds the effects of its deletion. `Effects.remove` removes the
 * document once they are applied. Until then its unique keys stay taken.
 */
export const deletedWith = (...[first, ...others]: readonly [Effect, ...Effect[]]): Update =>
  withEffects({ $set: { removed_at: first.at } }, first, ...others);

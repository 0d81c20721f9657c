import type { ProjectedWrite } from '../projections/projection.js';

/**
 * A consequence of a document's change, for another collection. It stays in the document's `pending` until it is
 * applied.
 */
export interface Effect {
  /** UUIDv7: the `_id` of the document that it inserts, and the id that a derived document remembers. */
  readonly _id: string;
  /** Selects the handler: `activity`, `mood.recorded`. */
  readonly kind: string;
  readonly organization_id: string;
  /** The account that made the change; null: the system itself. */
  readonly actor_id: string | null;
  readonly api_key_id: string | null;
  /** When the change was made. */
  readonly at: Date;
  /** Full cache tags of answers that show the changed document. The relay replaces them if the request could not. */
  readonly tags: readonly string[];
  /** All that the handler needs to know. Its member names are chosen by the application, never by a client. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Turns the effects of one kind into writes. Pure: the same effect always gives the same writes. */
export interface EffectHandler {
  readonly kind: string;
  /**
   * Effects of one document may be applied in any order. A write that depends on the order has to enforce it itself
   * (`putNewer`, `applyOnce`).
   */
  writes: (effect: Effect) => readonly ProjectedWrite[];
  /** The cache tags of what the writes change. They are replaced after the writes. */
  tags: (effect: Effect) => readonly string[];
  /** Fields of inserted documents that change later, so `db:verify` does not compare them. */
  readonly elsewhere?: readonly string[];
}

/** An effect in the form in which the document carries it. */
export interface PendingEffect extends Effect {
  /**
   * Relays skip the effect until this moment, because the request that wrote it, or another relay that has claimed it,
   * applies it first.
   */
  readonly due_at: Date;
  /** The batch of the relay that claimed it last. */
  readonly claimed_by: string | null;
  /** Failures so far. */
  readonly attempts: number;
  readonly last_error: string | null;
  /** The indexes of its writes that are applied, if another one failed. */
  readonly done: readonly number[];
  /** All its writes are applied; only its cache tags are not replaced yet. */
  readonly is_applied: boolean;
}

/** An effect that was given up after its attempts. */
export interface DeadEffect extends PendingEffect {
  readonly dead_at: Date;
}

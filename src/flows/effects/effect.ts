import type { ProjectedWrite } from '../projections/projection.js';

/** What a change of a document brings about elsewhere. It stands in the document's `pending` until it has done so. */
export interface Effect {
  /** UUIDv7: the `_id` of what is inserted for it, and what a derived document remembers of it. */
  readonly _id: string;
  /** Which handler it is for: `activity`, `mood.recorded`. */
  readonly kind: string;
  readonly organization_id: string;
  /** The account that made the change; null: the system itself. */
  readonly actor_id: string | null;
  readonly api_key_id: string | null;
  /** When the change was made. */
  readonly at: Date;
  /** Full cache tags of what shows the changed document: the relay replaces them where the request could not. */
  readonly tags: readonly string[];
  /** All that the handler needs to know. Its member names are chosen by the application, never by a client. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Says what becomes of the effects of one kind. Pure: the same effect gives the same writes, whenever it is asked. */
export interface EffectHandler {
  readonly kind: string;
  /** Effects of one document may be applied in any order: order has to come from the write (`putNewer`, `applyOnce`). */
  writes: (effect: Effect) => readonly ProjectedWrite[];
  /** The cache tags of what the writes change: replaced after them. */
  tags: (effect: Effect) => readonly string[];
  /** Fields of inserted documents that change later; `db:verify` does not compare them. */
  readonly elsewhere?: readonly string[];
}

/** An effect as the document carries it. */
export interface PendingEffect extends Effect {
  /** Relays leave it alone until then: the request that wrote it applies it first, or another relay has claimed it. */
  readonly due_at: Date;
  /** The batch of the relay that claimed it last. */
  readonly claimed_by: string | null;
  /** Failures so far. */
  readonly attempts: number;
  readonly last_error: string | null;
  /** Which of its writes are applied, by their place, where another one failed. */
  readonly done: readonly number[];
  /** All its writes are applied, and only the cache could not be told. */
  readonly is_applied: boolean;
}

/** An effect that was given up after its attempts. */
export interface DeadEffect extends PendingEffect {
  readonly dead_at: Date;
}

import type { Type } from '@nestjs/common';

import type { DeclaredCollection } from '../../stores/mongo/index-spec.js';
import type { ArchiveRule } from '../archive/archive-rule.js';
import type { CountRule } from '../counting/count-rule.js';
import type { DocumentHome } from './document-home.js';
import type { EffectHandler } from '../effects/effect.js';
import type { Document, ProjectedWrite } from '../projections/projection.js';

/** A document as it was read. Any of its fields may be missing or of another type. */
type ReadDocument = Readonly<Record<string, unknown>>;

/** What the deletion of an account does to the documents that name it. */
export interface AccountErasure {
  /** The field that holds the account's id. An index begins with it, because the erasure crosses organisations. */
  field: string;
  /** `deleted`: the documents are deleted. Otherwise these fields are set and the rest stays. */
  effect: 'deleted' | Readonly<Record<string, unknown>>;
}

type WithoutCollection<T> = T extends unknown ? Omit<T, 'collection'> : never;

/** A write to the collection that declares it. */
export type IngestedWrite = WithoutCollection<ProjectedWrite>;

/**
 * A collection with everything that the generic code needs to know about it. Its documents have an `organization_id`.
 */
export interface OwnedCollection extends DeclaredCollection {
  /** The resource of the cache tags that show its documents: `o:{organisation}:{resource}`. */
  resource: string;
  /**
   * What it means if a unique key other than `_id` is taken. `refused`: an error (the default). `stored`: the same
   * document was sent again (exact deduplication).
   */
  duplicates?: 'refused' | 'stored';
  /**
   * The write for a document that is ingested or waits in the spool, if it is not inserted unchanged. For example, a
   * tick of a focus session becomes an update of the session with `$max`. Pure, and idempotent like every projected
   * write.
   */
  ingested?: (document: Document) => IngestedWrite;
  /** How documents are archived after their retention. */
  archived?: ArchiveRule;
  /** Roll-ups that count each insert exactly once. Requires `duplicates: 'stored'`. */
  counted?: CountRule;
  /** What the effects that its documents carry (`carriesEffects` of its schema) do, by kind. */
  effects?: readonly EffectHandler[];
  /**
   * How its documents relate to the PostgreSQL snapshot of a backup. Without it, a backup contains them as they are
   * read.
   */
  cut?: {
    /** The field with the moment at which the service recorded the document. */
    recordedAt: string;
    /** Whether the relay made the document, from the event with the same `_id`. */
    isDerived: (document: ReadDocument) => boolean;
    /**
     * Whether an effect made the document. A backup never omits it, because the document that carried the effect was
     * read before it.
     */
    isOfEffect?: (document: ReadDocument) => boolean;
  };
  /** For a repair of `db:verify`. Its module exports it. */
  home?: Type<DocumentHome>;
  /**
   * Its documents are deleted when they are old, and some belong to no organisation, so `db:verify` does not look for
   * orphans among them.
   */
  expires?: true;
  /** Whether the documents are deleted with their organisation. */
  ofOrganization: 'kept' | 'deleted';
  /** Empty: no document names an account. */
  ofAccount: readonly AccountErasure[];
}

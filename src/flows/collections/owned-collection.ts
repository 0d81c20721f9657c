import type { Type } from '@nestjs/common';

import type { DeclaredCollection } from '../../stores/mongo/index-spec.js';
import type { ArchiveRule } from '../archive/archive-rule.js';
import type { CountRule } from '../counting/count-rule.js';
import type { DocumentHome } from './document-home.js';
import type { EffectHandler } from '../effects/effect.js';
import type { Document, ProjectedWrite } from '../projections/projection.js';

/** A document as it was read: any of its fields may be missing or of another type. */
type ReadDocument = Readonly<Record<string, unknown>>;

/** What the deletion of an account does to the documents that name it. */
export interface AccountErasure {
  /** The field that holds the account's id. An index begins with it, because the erasure crosses organisations. */
  field: string;
  /** `deleted`: the documents go. Else these fields are set, and everything else stays. */
  effect: 'deleted' | Readonly<Record<string, unknown>>;
}

type WithoutCollection<T> = T extends unknown ? Omit<T, 'collection'> : never;

/** A write of the collection that declares it. */
export type IngestedWrite = WithoutCollection<ProjectedWrite>;

/** A collection with all that the generic code has to know of it. Its documents have an `organization_id`. */
export interface OwnedCollection extends DeclaredCollection {
  /** The resource of the cache tags that show its documents: `o:{organisation}:{resource}`. */
  resource: string;
  /**
   * What a document means whose unique key other than `_id` is taken: `refused`, an error (the default), or `stored`,
   * the same document once more (exact deduplication).
   */
  duplicates?: 'refused' | 'stored';
  /**
   * What becomes of a document that is ingested or waits in the spool, where it is not inserted as it is: a focus
   * session's tick is an update with `$max` of the session. Pure, and idempotent as every projected write.
   */
  ingested?: (document: Document) => IngestedWrite;
  /** Documents beyond their retention go into files. */
  archived?: ArchiveRule;
  /** Roll-ups that are kept with each insert, exactly. It needs `duplicates: 'stored'`. */
  counted?: CountRule;
  /** Its documents carry effects (`carriesEffects` of its schema): what becomes of them, by kind. */
  effects?: readonly EffectHandler[];
  /** How its documents relate to the snapshot of PostgreSQL in a backup. Without it they are taken as they are read. */
  cut?: {
    /** The field with the moment at which the service recorded the document. */
    recordedAt: string;
    /** Whether the relay made it, from the event that has its `_id`. */
    isDerived: (document: ReadDocument) => boolean;
    /** Whether an effect made it: it is never left out, because the document that carried the effect was read before it. */
    isOfEffect?: (document: ReadDocument) => boolean;
  };
  /** For a repair of `db:verify`. Its module exports it. */
  home?: Type<DocumentHome>;
  /** Its documents go when they are old, and some belong to no organisation: `db:verify` looks for no orphans among them. */
  expires?: true;
  /** Whether the documents go with their organisation. */
  ofOrganization: 'kept' | 'deleted';
  /** Empty: no document names an account. */
  ofAccount: readonly AccountErasure[];
}

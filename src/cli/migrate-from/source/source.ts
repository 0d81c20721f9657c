import type { MovedKindName, SourceRow } from '../moved-record.js';

/** The database that is left: one of the two forms of the schema in docs/migrating.md. It is only read. */
export interface Source {
  /** By which ids are derived: two sources of one organisation have two names. */
  name: string;
  /** All rows, in the order of their ids, in batches by keyset. */
  batches: (kind: MovedKindName, size: number) => AsyncIterable<SourceRow[]>;
}

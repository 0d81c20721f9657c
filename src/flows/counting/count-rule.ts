import type { Document } from '../projections/projection.js';

/** What one document adds to its roll-up. */
export interface Count {
  /** The `_id` of the roll-up, which is created if it is missing. */
  _id: string;
  /** The fields of a new roll-up. */
  fields: Readonly<Record<string, unknown>>;
  /** Dotted paths, and the amount to add to each. */
  increments: Readonly<Record<string, number>>;
}

/**
 * How the documents of a collection are counted, each exactly once, when they are inserted
 * (`OwnedCollection.counted`).
 */
export interface CountRule {
  /** The collection of the roll-ups. */
  rollUps: string;
  /**
   * The collection in which each write records what it is about to insert. The entry stays until the documents are
   * counted.
   */
  journal: string;
  /** Pure. */
  countOf: (document: Document) => Count;
}

/** The field in which a counted document names the write that inserted it. */
export const WRITE_FIELD = 'write_id';

/** What these documents add, merged into one entry for each roll-up. */
export function mergedCounts(rule: CountRule, documents: readonly Document[]): Count[] {
  const merged = new Map<string, Count & { increments: Record<string, number> }>();
  for (const document of documents) {
    const { _id, fields, increments } = rule.countOf(document);
    const count = merged.get(_id) ?? { _id, fields, increments: {} };
    for (const [path, by] of Object.entries(increments))
      count.increments[path] = (count.increments[path] ?? 0) + by;
    merged.set(_id, count);
  }
  return [...merged.values()];
}

import type { Config } from '../../config/config.js';
import type { Document } from '../projections/projection.js';

/** What becomes of the documents of a collection that are beyond their retention (`OwnedCollection.archived`). */
export interface ArchiveRule {
  /** The field with the moment of a document. An index begins with the organisation and this field. */
  momentField: string;
  retentionDays: (config: Config) => number;
  /** What of a document goes into the archive: nothing personal, which an erasure could not find there. */
  toArchive: (document: Document) => Readonly<Record<string, unknown>>;
}

const DAY_MS = 86_400_000;

/** Since when documents are kept: the beginning of a UTC day. */
export const retainedSince = (now: Date, retentionDays: number): Date =>
  new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - retentionDays * DAY_MS);

/** The documents that go into one file. */
export interface ArchivedDay {
  collection: string;
  /** Null: of no organisation. */
  orgId: string | null;
  /** `2026-11-21`, in UTC. */
  day: string;
}

/** `[from, to)` of a UTC day. */
export function boundsOf(day: string): { from: Date; to: Date } {
  const from = new Date(`${day}T00:00:00Z`);
  return { from, to: new Date(from.getTime() + DAY_MS) };
}

import type { Config } from '../../config/config.js';
import type { Document } from '../projections/projection.js';

/** How the documents of a collection are archived after their retention (`OwnedCollection.archived`). */
export interface ArchiveRule {
  /** The field with the moment of a document. An index begins with the organisation and this field. */
  momentField: string;
  retentionDays: (config: Config) => number;
  /**
   * The part of a document that is archived. It must contain nothing personal, because an erasure does not search the
   * archive.
   */
  toArchive: (document: Document) => Readonly<Record<string, unknown>>;
}

const DAY_MS = 86_400_000;

/** The moment from which documents are kept: the beginning of a UTC day. */
export const retainedSince = (now: Date, retentionDays: number): Date =>
  new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - retentionDays * DAY_MS);

/** Identifies the documents that go into one file. */
export interface ArchivedDay {
  collection: string;
  /** Null: documents of no organisation. */
  orgId: string | null;
  /** `2026-11-21`, in UTC. */
  day: string;
}

/** `[from, to)` of a UTC day. */
export function boundsOf(day: string): { from: Date; to: Date } {
  const from = new Date(`${day}T00:00:00Z`);
  return { from, to: new Date(from.getTime() + DAY_MS) };
}

import { SECTIONS, type SectionName } from '../exports/writing/section.js';
import type { WorkState } from '../exports/export-request.js';

export const IMPORT_FORMATS = ['json', 'zip'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** So many items that were not imported are named; the counts are of all. */
export const MAX_REPORTED = 1_000;

/** What became of the items of a section. `known`: they were there before. */
export interface ItemCounts {
  imported: number;
  known: number;
  refused: number;
}
export type ImportCounts = Readonly<Record<SectionName, ItemCounts>>;

/** An item that was not imported. Nothing of what a person wrote stands in it. */
export interface RefusedItem {
  section: SectionName;
  /** From 0, in the order of the file. */
  index: number;
  /** As the file names it; null where it names none. */
  id: string | null;
  code: string;
  /** Of the first fault, a dot path; empty where it is the item as a whole. */
  path: string;
  message: string;
}

/** The batch that is being imported: what a run after a kill goes on with. */
export interface ImportPlace {
  section: SectionName;
  index: number;
  /** Those of the batch that were there before it began, by target id. */
  known: readonly string[];
}

/** How far an import is. */
export interface ImportProgress {
  percent: number;
  counts: ImportCounts;
  report: readonly RefusedItem[];
  place: ImportPlace;
}

export interface ImportRequest {
  id: string;
  organizationId: string;
  userId: string;
  format: ImportFormat;
  isDryRun: boolean;
  state: WorkState;
  percent: number;
  fileId: string;
  fileKey: string;
  /** Bytes of the file. */
  size: number;
  /** The run that works on it. */
  runId: string | null;
  counts: ImportCounts;
  report: readonly RefusedItem[];
  /** Null before the first batch. */
  place: ImportPlace | null;
  error: string | null;
  createdAt: Date;
  updatedAt: Date;
  completedAt: Date | null;
  expiresAt: Date;
}

export const noCounts = (): Record<SectionName, ItemCounts> =>
  Object.fromEntries(SECTIONS.map((name) => [name, { imported: 0, known: 0, refused: 0 }])) as Record<
    SectionName,
    ItemCounts
  >;

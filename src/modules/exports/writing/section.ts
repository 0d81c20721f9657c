/** The parts of an export, each after those that it refers to. */
export const SECTIONS = ['tags', 'mood_categories', 'moods', 'focus_sessions', 'entries'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** One part of an export: its records as the HTTP contract shows them, read as they are asked for. */
export interface Section {
  name: SectionName;
  records: AsyncIterable<object>;
}

/** The first members of an export, by which an import knows it. */
export const EXPORT_FORMAT = 'triptych-export';
export const EXPORT_VERSION = 1;

export const headOf = (at: Date) => ({
  format: EXPORT_FORMAT,
  version: EXPORT_VERSION,
  exported_at: at.toISOString(),
});

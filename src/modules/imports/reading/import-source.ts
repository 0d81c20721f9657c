import type { ParsedItem } from './parsed-item.js';
import type { SectionName } from '../../exports/writing/section.js';

/** A record of a file, as it was read. */
export type SourceItem = ParsedItem & {
  /** From 0, in the order of the file. */
  index: number;
};

/** A file that is imported. Each reading begins anew. */
export interface ImportSource {
  /** How many items it has, having read all of it. Throws `UnreadableFile`. */
  count(): Promise<number>;
  /** Throws `UnreadableFile`. */
  items(section: SectionName): AsyncGenerator<SourceItem>;
}

/** All sections together. */
export const MAX_ITEMS = 500_000;

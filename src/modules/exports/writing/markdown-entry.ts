import type { EntryResponse } from '../../journal/journal.dto.js';

const FENCE = '---';

/**
 * An entry as a Markdown file: the content as it was written, behind front matter whose values are JSON, and so YAML (YAML 1.2
 * is a superset of JSON). Tags stand by their names.
 */
export function markdownOf(
  { content, tag_ids, ...entry }: EntryResponse,
  nameOf: ReadonlyMap<string, string>,
): string {
  const tags = tag_ids.flatMap((id) => nameOf.get(id) ?? []);
  const lines = Object.entries({ ...entry, tags }).map(
    ([name, value]) => `${name}: ${JSON.stringify(value)}`,
  );
  return [FENCE, ...lines, FENCE, content].join('\n');
}

export const pathOf = ({ id, entry_date: date }: Pick<EntryResponse, 'id' | 'entry_date'>): string =>
  `entries/${date.slice(0, 4)}/${date}-${id}.md`;

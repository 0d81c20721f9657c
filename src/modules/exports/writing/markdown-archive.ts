import type { EntryResponse } from '../../journal/journal.dto.js';
import type { TagResponse } from '../../tags/tags.dto.js';
import { jsonArray } from './json-document.js';
import { markdownOf, pathOf } from './markdown-entry.js';
import { headOf, type Section } from './section.js';
import { type ArchivedFile, zipArchive } from './zip-archive.js';

/** A zip: one Markdown file for each entry, and a JSON file for each kind of other record. */
export const markdownArchive = (at: Date, sections: AsyncIterable<Section>): AsyncGenerator<Uint8Array> =>
  zipArchive(at, filesOf(at, sections));

async function* filesOf(at: Date, sections: AsyncIterable<Section>): AsyncGenerator<ArchivedFile> {
  yield { path: 'export.json', content: [JSON.stringify(headOf(at))] };
  const tagNames = new Map<string, string>();
  for await (const { name, records } of sections) {
    if (name === 'entries') yield* entryFiles(records as AsyncIterable<EntryResponse>, tagNames);
    else
      yield {
        path: `${name}.json`,
        content: jsonArray(name === 'tags' ? noting(records, tagNames) : records),
      };
  }
}

async function* entryFiles(
  entries: AsyncIterable<EntryResponse>,
  tagNames: ReadonlyMap<string, string>,
): AsyncGenerator<ArchivedFile> {
  for await (const entry of entries) yield { path: pathOf(entry), content: [markdownOf(entry, tagNames)] };
}

async function* noting(records: AsyncIterable<object>, names: Map<string, string>): AsyncGenerator<object> {
  for await (const record of records) {
    const { id, name } = record as TagResponse;
    names.set(id, name);
    yield record;
  }
}

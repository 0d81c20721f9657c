import { EXPORT_FORMAT, EXPORT_VERSION, type SectionName, SECTIONS } from '../../exports/writing/section.js';
import { UnreadableFile } from '../imports.errors.js';
import { type ImportSource, MAX_ITEMS, type SourceItem } from './import-source.js';
import { type JsonElement, JsonElements } from './json-elements.js';
import { parsedItem } from './parsed-item.js';

/** One JSON document, as `exports` writes it. */
export class JsonSource implements ImportSource {
  constructor(private readonly read: () => AsyncIterable<Buffer>) {}

  async count(): Promise<number> {
    let items = 0;
    const head = new Map<string, unknown>();
    for await (const { member, isItem, text } of this.elements()) {
      if (!isItem && member !== null) head.set(member, parsedItem(text).value);
      if (!isItem || !isSection(member)) continue;
      parsedItem(text);
      items += 1;
      if (items > MAX_ITEMS) throw new UnreadableFile('imports.too_many_items');
    }
    if (head.get('format') !== EXPORT_FORMAT || head.get('version') !== EXPORT_VERSION)
      throw new UnreadableFile('imports.unknown_format');
    return items;
  }

  async *items(section: SectionName): AsyncGenerator<SourceItem> {
    let index = 0;
    for await (const { member, isItem, text } of this.elements()) {
      if (!isItem || member !== section) continue;
      yield { index, ...parsedItem(text) };
      index += 1;
    }
  }

  private elements(): AsyncGenerator<JsonElement> {
    return new JsonElements().of(this.read());
  }
}

const isSection = (member: string | null): boolean => SECTIONS.some((name) => name === member);

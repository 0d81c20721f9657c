import { isUtf8 } from 'node:buffer';

import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';

import { type SectionName, SECTIONS } from '../../exports/writing/section.js';
import { DomainError } from '../../../common/errors/domain-error.js';
import { Malformed } from '../../../common/errors/kinds.js';
import { UnreadableFile } from '../imports.errors.js';
import { FileRangeReader, type ReadRange } from './file-range-reader.js';
import { type ImportSource, MAX_ITEMS, type SourceItem } from './import-source.js';
import { JsonElements, MAX_ITEM_BYTES } from './json-elements.js';
import { entryIn } from './markdown-file.js';
import { type ParsedItem, parsedItem } from './parsed-item.js';

/** Of all files of a zip together. */
const MAX_INFLATED = 1_073_741_824;

/** A zip, as `exports` writes it; it may have been taken apart and put together again, so that all is in a folder. */
export class ZipSource implements ImportSource {
  constructor(
    private readonly read: ReadRange,
    private readonly size: number,
  ) {}

  async count(): Promise<number> {
    let items = 0;
    let isKnown = false;
    for await (const { section, content } of this.files()) {
      isKnown = true;
      items += section === 'entries' ? 1 : await lengthOf(itemsOf(section, content));
      if (items > MAX_ITEMS) throw new UnreadableFile('imports.too_many_items');
    }
    if (!isKnown) throw new UnreadableFile('imports.unknown_format');
    return items;
  }

  async *items(section: SectionName): AsyncGenerator<SourceItem> {
    let index = 0;
    for await (const file of this.files()) {
      if (file.section !== section) continue;
      for await (const item of itemsOf(section, file.content)) {
        yield { ...item, index };
        index += 1;
      }
    }
  }

  private async *files(): AsyncGenerator<{ section: SectionName; content: ArchivedContent }> {
    const reader = new FileRangeReader(this.read, this.size);
    let zip: ZipFile | null = null;
    try {
      zip = await fromRandomAccessReaderPromise(reader, this.size, {
        autoClose: false,
        validateEntrySizes: true,
      });
      if (zip.entryCount > MAX_ITEMS) throw new UnreadableFile('imports.too_many_items');
      let inflated = 0;
      for await (const entry of zip.eachEntry()) {
        // What a file says of its size is checked while it is inflated.
        inflated += entry.uncompressedSize;
        if (inflated > MAX_INFLATED) throw new UnreadableFile('imports.inflates_too_much');
        const section = sectionOf(entry);
        if (section) yield { section, content: contentOf(reader, zip, entry) };
      }
    } catch (error) {
      throw reasonOf(reader, error);
    } finally {
      zip?.close();
    }
  }
}

/** The bytes of one file. */
type ArchivedContent = () => AsyncIterable<Buffer>;

/** Undefined: no part of an export. */
function sectionOf({ fileName }: Entry): SectionName | undefined {
  if (fileName.startsWith('__MACOSX/')) return undefined;
  if (/(?:^|\/)entries\/.*\.md$/.test(fileName)) return 'entries';
  const name = /(?:^|\/)(\w+)\.json$/.exec(fileName)?.[1];
  return SECTIONS.find((section) => section === name && section !== 'entries');
}

const contentOf = (reader: FileRangeReader, zip: ZipFile, entry: Entry): ArchivedContent =>
  async function* content() {
    try {
      const stream = await zip.openReadStreamPromise(entry);
      for await (const chunk of stream) yield chunk as Buffer;
    } catch (error) {
      throw reasonOf(reader, error);
    }
  };

/** The store could not be reached; or, whatever yauzl and zlib say, the zip is broken. */
function reasonOf({ failure }: FileRangeReader, error: unknown): unknown {
  if (failure !== null) return failure;
  return error instanceof DomainError ? error : new UnreadableFile('imports.malformed_file');
}

async function* itemsOf(section: SectionName, content: ArchivedContent): AsyncGenerator<ParsedItem> {
  if (section === 'entries') {
    yield markdownItem(await wholeOf(content));
    return;
  }
  for await (const { isItem, member, text } of new JsonElements().of(content()))
    if (isItem && member === null) yield parsedItem(text);
}

function markdownItem(bytes: Buffer): ParsedItem {
  if (!isUtf8(bytes)) return { value: null, fault: new Malformed('The file is not UTF-8.') };
  const value = entryIn(bytes.toString());
  return value
    ? { value, fault: null }
    : { value: null, fault: new Malformed('The file has no front matter between two lines of `---`.') };
}

async function wholeOf(content: ArchivedContent): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of content()) {
    parts.push(part);
    length += part.length;
    if (length > MAX_ITEM_BYTES) throw new UnreadableFile('imports.item_too_large');
  }
  return Buffer.concat(parts);
}

async function lengthOf(items: AsyncIterable<unknown>): Promise<number> {
  let length = 0;
  for await (const _item of items) length += 1;
  return length;
}

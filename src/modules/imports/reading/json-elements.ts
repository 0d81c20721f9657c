import { UnreadableFile } from '../imports.errors.js';

/** An entry has 50,000 characters and twenty answers of 10,000; each character has up to six bytes as JSON. */
export const MAX_ITEM_BYTES = 2_097_152;
const MAX_NAME_BYTES = 1_024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** A value of the outermost array, or of an array that is a member of the outermost object, as it stands in the text. */
export interface JsonElement {
  /** The member; null of an outermost array. */
  member: string | null;
  /** False: the whole value of the member, which is no array. */
  isItem: boolean;
  text: Buffer;
}

type Place =
  | 'start'
  | 'first-name'
  | 'name'
  | 'colon'
  | 'value'
  | 'first-item'
  | 'item'
  | 'next-item'
  | 'next-member'
  | 'end';

/**
 * Takes a JSON text of any length apart, while one element is in memory. What is within an element is left to the parser. Throws
 * `UnreadableFile`.
 */
export class JsonElements {
  private place: Place = 'start';
  private member: string | null = null;
  private isObject = false;
  /** What is being read of a name or an element; null between two. */
  private parts: Buffer[] | null = null;
  private length = 0;
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private isScalar = false;

  async *of(source: AsyncIterable<Buffer>): AsyncGenerator<JsonElement> {
    for await (const chunk of source) yield* this.within(chunk);
    if (this.place !== 'end' || this.parts) throw malformed();
  }

  private *within(chunk: Buffer): Generator<JsonElement> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (!this.parts) {
        if (isSpace(byte) || !this.begins(byte)) continue;
        this.parts = [];
        start = at;
      }
      const ends = this.endOf(byte);
      if (ends === 'no') continue;
      // The byte after a number or a word belongs to what comes next.
      const end = ends === 'before' ? at : at + 1;
      const text = this.taken(chunk.subarray(start, end));
      if (ends === 'before') at -= 1;
      const element = this.completed(text);
      if (element) yield element;
    }
    if (this.parts) this.keep(chunk.subarray(start));
  }

  /** Whether a name or a value begins here; else the byte is one of those between them. */
  private begins(byte: number): boolean {
    switch (this.place) {
      case 'start':
        if (byte !== OPEN_OBJECT && byte !== OPEN_ARRAY) throw malformed();
        this.isObject = byte === OPEN_OBJECT;
        return this.to(this.isObject ? 'first-name' : 'first-item');
      case 'first-name':
        if (byte === CLOSE_OBJECT) return this.to('end');
        return this.beginsName(byte);
      case 'name':
        return this.beginsName(byte);
      case 'colon':
        if (byte !== COLON) throw malformed();
        return this.to('value');
      case 'value':
        return byte === OPEN_ARRAY ? this.to('first-item') : true;
      case 'first-item':
        return byte === CLOSE_ARRAY ? this.afterArray() : true;
      case 'item':
        return true;
      case 'next-item':
        if (byte === CLOSE_ARRAY) return this.afterArray();
        if (byte !== COMMA) throw malformed();
        return this.to('item');
      case 'next-member':
        if (byte === CLOSE_OBJECT) return this.to('end');
        if (byte !== COMMA) throw malformed();
        return this.to('name');
      case 'end':
        throw malformed();
    }
  }

  private beginsName(byte: number): true {
    if (byte !== QUOTE) throw malformed();
    this.place = 'name';
    return true;
  }

  private afterArray(): false {
    return this.to(this.isObject ? 'next-member' : 'end');
  }

  private to(place: Place): false {
    this.place = place;
    return false;
  }

  /** Whether what is being read ends with this byte, or before it. */
  private endOf(byte: number): 'no' | 'with' | 'before' {
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) {
        this.isInString = false;
        return this.depth === 0 ? 'with' : 'no';
      }
      return 'no';
    }
    const isClosing = byte === CLOSE_ARRAY || byte === CLOSE_OBJECT;
    if (this.isScalar) return isClosing || byte === COMMA || isSpace(byte) ? 'before' : 'no';
    if (byte === QUOTE) this.isInString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) this.depth += 1;
    else if (isClosing) {
      this.depth -= 1;
      if (this.depth < 0) throw malformed();
      return this.depth === 0 ? 'with' : 'no';
    } else if (this.depth === 0) {
      if (byte === COMMA || byte === COLON) throw malformed();
      this.isScalar = true;
    }
    return 'no';
  }

  private keep(part: Buffer): void {
    this.length += part.length;
    if (this.length > (this.place === 'name' ? MAX_NAME_BYTES : MAX_ITEM_BYTES))
      throw new UnreadableFile('imports.item_too_large');
    this.parts?.push(part);
  }

  private taken(rest: Buffer): Buffer {
    this.keep(rest);
    const text = Buffer.concat(this.parts ?? []);
    this.parts = null;
    this.length = 0;
    this.isScalar = false;
    return text;
  }

  private completed(text: Buffer): JsonElement | null {
    const { place, member } = this;
    if (place === 'name') {
      this.member = nameIn(text);
      this.place = 'colon';
      return null;
    }
    const isItem = place === 'item' || place === 'first-item';
    this.place = isItem ? 'next-item' : 'next-member';
    return { member, isItem, text };
  }
}

const malformed = () => new UnreadableFile('imports.malformed_file');

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function nameIn(text: Buffer): string {
  try {
    return String(JSON.parse(text.toString()));
  } catch {
    throw malformed();
  }
}

import { HtmlAttribute } from './html-attribute.js';
import { isCleanTag } from './html-list.js';
import type { MessageFault } from './message-fault.js';
import type { SlotKind } from './slots.js';

/** The sanitiser checks each of them, which takes some tens of microseconds. */
const MAX_DIFFERENT_TAGS = 600;
const VOID: ReadonlySet<string> = new Set(['br', 'col', 'hr', 'img', 'meta']);
const DOCTYPE = /^\s*<!doctype html(?:\s+public)?(?:\s+"[\w\-/ .:]{0,200}"){0,2}\s*>/i;
const CLOSING = /<\/([a-z][a-z0-9]*)\s*>/iy;
const OPENING = /<([a-z][a-z0-9]*)(?=[\s/>])/iy;
const SPACE = /\s+/y;
const QUOTED = /([a-z][\w:.-]*)\s*=\s*(["'])/iy;
const BARE = /([a-z][\w:.-]*)(?:\s*=\s*([\w%#.:/-]+))?(?=[\s/>])/iy;
const END = /\/?>/y;

/** An element that is open. */
interface OpenTag {
  name: string;
  offset: number;
}

interface Tag {
  name: string;
  offset: number;
  attributes: string[];
}

/** The kinds of value that are allowed in a place. */
export type Place = SlotKind | 'formatted' | null;

/**
 * Reads the HTML of a message piece by piece, with values and branches in between. It accepts plain start tags,
 * matching end tags and text. Everything else is a fault, so that no other parser can read it differently.
 */
export class HtmlScanner {
  readonly faults: MessageFault[] = [];
  private readonly open: OpenTag[] = [];
  private readonly clean = new Set<string>();
  private tag: Tag | null = null;
  private attribute: HtmlAttribute | null = null;
  private branches = 0;
  private isBegun = false;
  /** How many elements were open when the branch began. The branch must not close them. */
  private base = 0;

  read(text: string, offset: number): void {
    let at = this.isBegun ? 0 : (DOCTYPE.exec(text.slice(0, 600))?.[0].length ?? 0);
    this.isBegun = true;
    while (at < text.length && this.faults.length === 0) {
      if (this.attribute) at = this.readValue(this.attribute, text, at, offset);
      else if (this.tag) at = this.readTag(this.tag, text, at, offset);
      else at = this.readText(text, at, offset);
    }
  }

  /** The kinds of value allowed in this place. A formatted value is a number or a date. */
  place(offset: number, isFormatted: boolean): Place {
    this.isBegun = true;
    if (this.attribute) {
      const place = this.attribute.addValue(isFormatted);
      if (place === null)
        this.fault(offset, 'html_address', 'begin the address with the value, https://, http:// or mailto:');
      return place;
    }
    if (this.tag)
      this.fault(offset, 'html_placement', 'a value may stand in texts and in quoted attributes alone');
    return isFormatted ? 'formatted' : 'html';
  }

  /** Reads each branch on its own. It opens and closes its own elements, and none of those around it. */
  readBranches(offset: number, branches: readonly (() => void)[]): void {
    this.isBegun = true;
    if (this.tag && !this.attribute)
      this.fault(offset, 'html_placement', 'a choice may stand in texts and in quoted attributes alone');
    const { attribute, base } = this;
    const before = attribute?.state();
    const ends = branches.map((read) => {
      if (attribute && before) attribute.restore(before);
      this.branches += 1;
      this.base = this.open.length;
      read();
      this.assertBalanced(offset, attribute);
      this.branches -= 1;
      this.base = base;
      return attribute?.state();
    });
    attribute?.join(ends.filter((end) => end !== undefined));
  }

  end(offset: number): void {
    if (this.faults.length > 0) return;
    const unclosed = this.open.at(-1);
    if (this.tag) this.fault(this.tag.offset, 'html_syntax', 'the tag does not end');
    else if (unclosed) this.fault(unclosed.offset, 'html_syntax', `<${unclosed.name}> is not closed`);
    else if (this.base !== 0) this.fault(offset, 'html_syntax', 'a branch does not end');
  }

  private assertBalanced(offset: number, attribute: HtmlAttribute | null): void {
    if (this.faults.length > 0) return;
    if (
      this.open.length !== this.base ||
      this.attribute !== attribute ||
      (this.tag !== null) !== (attribute !== null)
    )
      this.fault(offset, 'html_syntax', 'each branch must close the elements that it opens');
  }

  private readText(text: string, from: number, offset: number): number {
    const at = text.indexOf('<', from);
    if (at === -1) return text.length;
    const closing = matchAt(CLOSING, text, at);
    if (closing) return this.close(closing, offset + at) ? at + closing[0].length : text.length;
    const opening = matchAt(OPENING, text, at);
    if (!opening) {
      this.fault(
        offset + at,
        'html_syntax',
        'no tag begins like this; write &lt; for the sign. Comments are taken out by the sanitiser',
      );
      return text.length;
    }
    this.tag = { name: (opening[1] ?? '').toLowerCase(), offset: offset + at, attributes: [] };
    return at + opening[0].length;
  }

  private readTag(tag: Tag, text: string, at: number, offset: number): number {
    const space = matchAt(SPACE, text, at);
    if (space) return at + space[0].length;
    const end = matchAt(END, text, at);
    if (end) {
      this.endTag(tag);
      return at + end[0].length;
    }
    const quoted = matchAt(QUOTED, text, at);
    if (quoted) {
      this.attribute = new HtmlAttribute((quoted[1] ?? '').toLowerCase(), quoted[2] ?? '"', this.branches);
      return at + quoted[0].length;
    }
    const bare = matchAt(BARE, text, at);
    if (bare) {
      tag.attributes.push(bare[0]);
      return at + bare[0].length;
    }
    this.fault(offset + at, 'html_syntax', 'an attribute is a name, or a name and a quoted value');
    return text.length;
  }

  private readValue(attribute: HtmlAttribute, text: string, from: number, offset: number): number {
    const quote = text.indexOf(attribute.quote, from);
    const to = quote === -1 ? text.length : quote;
    const value = text.slice(from, to);
    if (this.isOuter(attribute) && (quote !== -1 || /[<>"'`]/.test(value))) {
      this.fault(offset + from, 'html_syntax', 'a branch within an attribute is plain text');
      return text.length;
    }
    if (!attribute.addText(value, this.isOuter(attribute)))
      this.fault(offset + from, 'html_address', 'begin the address with https://, http:// or mailto:');
    if (quote === -1) return text.length;
    if (!attribute.isCleanStyle)
      this.fault(offset + from, 'html_refused', 'the sanitiser would change this style');
    this.tag?.attributes.push(attribute.text);
    this.attribute = null;
    return quote + 1;
  }

  /** Whether the attribute began outside the branch that is being read. */
  private isOuter({ depth }: HtmlAttribute): boolean {
    return depth < this.branches;
  }

  private endTag({ name, offset, attributes }: Tag): void {
    const text = `<${[name, ...attributes].join(' ')}>`;
    if (!this.clean.has(text)) {
      if (this.clean.size >= MAX_DIFFERENT_TAGS)
        return this.fault(offset, 'too_long', `has more than ${MAX_DIFFERENT_TAGS} different tags`);
      if (!isCleanTag(text))
        this.fault(offset, 'html_refused', `the sanitiser would change this tag: <${name}>`);
      this.clean.add(text);
    }
    this.tag = null;
    if (!VOID.has(name)) this.open.push({ name, offset });
  }

  private close(match: RegExpExecArray, offset: number): boolean {
    const name = (match[1] ?? '').toLowerCase();
    const opened = this.open.length > this.base ? this.open.at(-1) : undefined;
    if (opened?.name === name) {
      this.open.pop();
      return true;
    }
    this.fault(offset, 'html_syntax', `</${name}> closes nothing that is open here`);
    return false;
  }

  private fault(offset: number, code: string, message: string): void {
    this.faults.push({ offset, code, message });
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

import type { PartialVariant, TemplatePartial } from '../template.js';

export const MAX_EXPANDED_LENGTH = 131_072;
const MAX_DEPTH = 8;
/** The limit of a text and all partials in it together. */
const MAX_REFERENCES = 200;
const REFERENCE = /\{>\s*([^\s{}]{1,100})\s*\}/g;
/** The place of the content in a layout. No partial has this name. */
export const CONTENT = 'content';

export type PartialField = keyof PartialVariant;

/** A part of an expanded text, and its origin. `partial` null: the field itself. */
export interface Piece {
  text: string;
  partial: string | null;
  /** Its beginning in the source. */
  from: number;
  /** The whole source. */
  source: string;
}

/** The origin of a text. `partial` null: the field itself. */
export interface Origin {
  partial: string | null;
  offset: number;
  source: string;
}

/** A fault of the partials of a text, at `offset` of the field or of the partial that names it. */
export interface ExpansionFault extends Origin {
  code: string;
  message: string;
}

/** The text of a partial for one language, and its locale. Null: there is none. */
export type FindPartial = (name: string) => { text: string; locale: string; isForeign: boolean } | null;

export interface Expansion {
  text: string;
  pieces: readonly Piece[];
  /** The partials with another language, and that language. */
  foreign: Readonly<Record<string, string>>;
  fault: ExpansionFault | null;
}

/** The names of the partials that a text refers to, each once. */
export const partialsIn = (texts: Iterable<string>): string[] =>
  [...new Set([...texts].flatMap((text) => referencesIn(text).map(({ name }) => name)))].filter(
    (name) => name !== CONTENT,
  );

export const namesOf = ({ variants }: Pick<TemplatePartial, 'variants'>): string[] =>
  partialsIn(Object.values(variants).flatMap(({ body, html }) => [body ?? '', html ?? '']));

/** Replaces references by the partials. A layout surrounds the rest of the text that names it. */
export function expand(text: string, find: FindPartial): Expansion {
  const run = new ExpansionRun(find);
  try {
    const pieces = run.expand({ text, partial: null, from: 0, source: text }, null, []);
    return { text: textOf(pieces), pieces, foreign: run.foreign, fault: null };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { text: '', pieces: [], foreign: {}, fault: error.fault };
  }
}

/** The origin of a position in the expanded text. */
export function originOf(pieces: readonly Piece[], offset: number): Origin {
  let at = 0;
  for (const { text, partial, from, source } of pieces) {
    if (offset < at + text.length) return { partial, offset: from + offset - at, source };
    at += text.length;
  }
  const last = pieces.at(-1);
  if (!last) return { partial: null, offset: 0, source: '' };
  return { partial: last.partial, offset: last.from + last.text.length, source: last.source };
}

class Broken extends Error {
  constructor(readonly fault: ExpansionFault) {
    super(fault.message);
  }
}

interface Reference {
  name: string;
  from: number;
  to: number;
}

const referencesIn = (text: string): Reference[] =>
  Array.from(text.matchAll(REFERENCE), ({ 0: whole, 1: name = '', index }) => ({
    name,
    from: index,
    to: index + whole.length,
  }));

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');
const lengthOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { text }) => sum + text.length, 0);
const isLayout = (text: string): boolean => referencesIn(text).some(({ name }) => name === CONTENT);

class ExpansionRun {
  readonly foreign: Record<string, string> = {};
  private references = 0;

  constructor(private readonly find: FindPartial) {}

  /** `content`: replaces `{> content}`. `within`: the partials around this text. */
  expand(source: Piece, content: readonly Piece[] | null, within: readonly string[]): Piece[] {
    const result: Piece[] = [];
    let layout: { reference: Reference; text: string } | null = null;
    let at = 0;
    for (const reference of referencesIn(source.text)) {
      const { name, from, to } = reference;
      this.references += 1;
      if (this.references > MAX_REFERENCES)
        throw broken(source, from, 'partial_size', `refers to partials more than ${MAX_REFERENCES} times`);
      push(result, part(source, at, from));
      at = to;
      if (name === CONTENT) {
        if (!content) throw broken(source, from, 'partial_content', '{> content} stands in layouts alone');
        for (const piece of content) push(result, piece);
      } else {
        const text = this.textOf(source, reference, within);
        if (!isLayout(text)) {
          const inner = this.expand({ text, partial: name, from: 0, source: text }, null, [...within, name]);
          for (const piece of inner) push(result, piece);
        } else if (layout) throw broken(source, from, 'partial_layouts', 'a text has one layout at the most');
        else layout = { reference, text };
      }
      assertShort(result, source, from);
    }
    push(result, part(source, at, source.text.length));
    assertShort(result, source, 0);
    if (!layout) return result;
    const { name, from } = layout.reference;
    const around = this.expand({ text: layout.text, partial: name, from: 0, source: layout.text }, result, [
      ...within,
      name,
    ]);
    assertShort(around, source, from);
    return around;
  }

  private textOf(source: Piece, { name, from }: Reference, within: readonly string[]): string {
    if (within.includes(name))
      throw broken(source, from, 'partial_cycle', `the partial "${name}" contains itself`);
    if (within.length >= MAX_DEPTH)
      throw broken(source, from, 'partial_depth', 'partials are nested too deeply');
    const found = this.find(name);
    if (!found)
      throw broken(
        source,
        from,
        'partial_missing',
        `there is no partial "${name}" with this field in this language`,
      );
    if (found.isForeign) this.foreign[name] = found.locale;
    return found.text;
  }
}

const part = ({ text, partial, from, source }: Piece, begin: number, end: number): Piece => ({
  text: text.slice(begin, end),
  partial,
  from: from + begin,
  source,
});

function push(pieces: Piece[], piece: Piece): void {
  if (piece.text !== '') pieces.push(piece);
}

const broken = ({ partial, from, source }: Piece, offset: number, code: string, message: string): Broken =>
  new Broken({ partial, offset: from + offset, source, code, message });

function assertShort(pieces: readonly Piece[], source: Piece, offset: number): void {
  if (lengthOf(pieces) > MAX_EXPANDED_LENGTH)
    throw broken(
      source,
      offset,
      'partial_size',
      `is longer than ${MAX_EXPANDED_LENGTH} characters with its partials`,
    );
}

import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';

import type { MessageFault } from './message-fault.js';

/** Deeper nesting could exhaust the stack of the parser. */
const MAX_BRACES = 24;

/** The parser of skeletons takes a time that grows with the square of their length. */
const MAX_SKELETON_LENGTH = 100;
const MAX_SKELETONS = 150;
const QUOTED = /'(?:'|[{}<>#][^']*(?:''[^']*)*(?:'|$))/g;

export type Parsed =
  { elements: MessageFormatElement[]; fault: null } | { elements: null; fault: MessageFault };

/** ICU MessageFormat 1. Tags are parsed as text, because the HTML scanner handles them. */
export function parseMessage(text: string, locale: string): Parsed {
  const tooDeep = deepBrace(text);
  if (tooDeep !== null) return failed(tooDeep, 'too_deep', 'choices are nested too deeply');
  const skeleton = longSkeleton(text);
  if (skeleton !== null)
    return failed(
      skeleton,
      'message_style',
      `a skeleton has ${MAX_SKELETON_LENGTH} characters and no quotes, a text ${MAX_SKELETONS}`,
    );
  try {
    const elements = parse(text, {
      ignoreTag: true,
      requiresOtherClause: true,
      captureLocation: true,
      locale: new Intl.Locale(locale),
    });
    const stray = strayBrace(text, elements);
    if (stray !== null) return failed(stray, 'message_syntax', 'this brace closes nothing');
    return { elements, fault: null };
  } catch (error) {
    // The parser throws errors of many classes. A fault of a skeleton is a RangeError or a plain Error.
    if (!(error instanceof Error)) throw error;
    return failed(offsetOf(error), 'message_syntax', `is no ICU MessageFormat: ${sentenceOf(error.message)}`);
  }
}

const failed = (offset: number, code: string, message: string): Parsed => ({
  elements: null,
  fault: { offset, code, message },
});

/**
 * The position at which braces are nested too deeply. A quoted brace counts too, which does not affect normal texts.
 */
function deepBrace(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 123) depth += 1;
    else if (code === 125 && depth > 0) depth -= 1;
    if (depth > MAX_BRACES) return at;
  }
  return null;
}

/** The position of a skeleton that is too long or one too many. */
function longSkeleton(text: string): number | null {
  let count = 0;
  for (let at = text.indexOf('::'); at !== -1; at = text.indexOf('::', at + 2)) {
    let before = at - 1;
    while (before >= 0 && /\s/.test(text.charAt(before))) before -= 1;
    if (text.charAt(before) !== ',') continue;
    count += 1;
    const skeleton = text.slice(at, at + MAX_SKELETON_LENGTH);
    const end = skeleton.indexOf('}');
    if (count > MAX_SKELETONS || end === -1 || skeleton.slice(0, end).includes("'")) return at;
  }
  return null;
}

/** A brace that the parser takes for text although it is not quoted. The reader would see it. */
function strayBrace(text: string, elements: readonly MessageFormatElement[]): number | null {
  for (const { type, location } of elements) {
    if (type !== TYPE.literal || !location) continue;
    const raw = text.slice(location.start.offset, location.end.offset);
    const at = raw.replace(QUOTED, (quoted) => ' '.repeat(quoted.length)).indexOf('}');
    if (at !== -1) return location.start.offset + at;
  }
  return null;
}

function offsetOf(error: Error): number {
  const location: unknown = 'location' in error ? error.location : null;
  const { start } = (location ?? {}) as { start?: { offset?: unknown } };
  return typeof start?.offset === 'number' ? start.offset : 0;
}

/** The parser names faults like constants: `EXPECT_ARGUMENT_CLOSING_BRACE`. */
const sentenceOf = (name: string): string => name.toLowerCase().replaceAll('_', ' ').slice(0, 200);

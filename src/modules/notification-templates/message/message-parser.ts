import { type MessageFormatElement, parse } from '@formatjs/icu-messageformat-parser';

import type { MessageFault } from './message-fault.js';

/** Deeper texts could exhaust the stack of the parser. */
const MAX_BRACES = 24;

export type Parsed =
  { elements: MessageFormatElement[]; fault: null } | { elements: null; fault: MessageFault };

/** ICU MessageFormat 1. Tags are text: what they mean is the matter of HTML. */
export function parseMessage(text: string, locale: string): Parsed {
  const tooDeep = deepBrace(text);
  if (tooDeep !== null) return failed(tooDeep, 'too_deep', 'choices are nested too deeply');
  try {
    const elements = parse(text, {
      ignoreTag: true,
      requiresOtherClause: true,
      captureLocation: true,
      locale: new Intl.Locale(locale),
    });
    return { elements, fault: null };
  } catch (error) {
    // The parser throws errors of many classes: what a skeleton says wrongly is a RangeError or a plain one.
    if (!(error instanceof Error)) throw error;
    return failed(offsetOf(error), 'message_syntax', `is no ICU MessageFormat: ${sentenceOf(error.message)}`);
  }
}

const failed = (offset: number, code: string, message: string): Parsed => ({
  elements: null,
  fault: { offset, code, message },
});

/** Where braces are nested too deeply. A brace between apostrophes counts too, which no text that people write notices. */
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

function offsetOf(error: Error): number {
  const location: unknown = 'location' in error ? error.location : null;
  const { start } = (location ?? {}) as { start?: { offset?: unknown } };
  return typeof start?.offset === 'number' ? start.offset : 0;
}

/** The parser names faults like constants: `EXPECT_ARGUMENT_CLOSING_BRACE`. */
const sentenceOf = (name: string): string => name.toLowerCase().replaceAll('_', ' ').slice(0, 200);

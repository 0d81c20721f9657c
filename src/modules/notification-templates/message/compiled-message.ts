import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';

import { HtmlScanner } from './html-scanner.js';
import type { MessageFault } from './message-fault.js';
import { parseMessage } from './message-parser.js';
import { MessageWalk } from './message-walk.js';
import type { Slot } from './slots.js';

/** A message that is parsed once and formatted many times. */
export interface CompiledMessage {
  locale: string;
  /** Its variables are named by `slotKey`. */
  elements: MessageFormatElement[];
  /** Each once. */
  slots: readonly Slot[];
  /** If not empty, the message must not be formatted. */
  faults: readonly MessageFault[];
}

/** Parses a text with its partials in place, and finds its faults in its language. */
export function compileMessage(text: string, locale: string, isHtml: boolean): CompiledMessage {
  const parsed = parseMessage(text, locale);
  if (parsed.fault) return { locale, elements: [], slots: [], faults: [parsed.fault] };
  const scanner = isHtml ? new HtmlScanner() : null;
  const walk = new MessageWalk(locale, scanner);
  const elements = walk.elements(parsed.elements);
  scanner?.end(text.length);
  return {
    locale,
    elements,
    slots: walk.slots,
    faults: [...walk.faults, ...(scanner?.faults ?? [])],
  };
}

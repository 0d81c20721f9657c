import { formatToParts } from 'intl-messageformat';

import type { CompiledMessage } from '../message/compiled-message.js';
import { FORMATS, formattersFor } from '../message/intl-formats.js';
import { RenderingTooLarge } from '../notification-templates.errors.js';
import { MAX_RENDERED_BYTES, type RenderBudget } from './render-budget.js';
import { slotValues, type Values } from './slot-values.js';

/** Throws `VariableFault`, `RenderingTooSlow`, `RenderingTooLarge`. */
export function formatMessage(
  { elements, slots, locale }: CompiledMessage,
  values: Values,
  timeZone: string,
  budget: RenderBudget,
): string {
  budget.begin();
  const text = joined(() =>
    formatToParts(
      elements,
      locale,
      formattersFor(timeZone, budget.check),
      FORMATS,
      slotValues(slots, values, timeZone),
    ),
  );
  budget.end(text);
  return text;
}

function joined(format: () => readonly { value: unknown }[]): string {
  const texts = parts(format).map(({ value }) => String(value));
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > MAX_RENDERED_BYTES) throw new RenderingTooLarge();
  return texts.join('');
}

function parts(format: () => readonly { value: unknown }[]): readonly { value: unknown }[] {
  try {
    return format();
  } catch (error) {
    // The engine has a length limit of its own. It is reached before ours if a long value occurs in many places.
    if (error instanceof RangeError && error.message === 'Invalid string length')
      throw new RenderingTooLarge();
    throw error;
  }
}

import {
  type DateElement,
  isDateTimeSkeleton,
  isNumberElement,
  isNumberSkeleton,
  type NumberElement,
  type TimeElement,
} from '@formatjs/icu-messageformat-parser';

import { FORMATS, formattersFor } from './intl-formats.js';

type Formatted = NumberElement | DateElement | TimeElement;

/** Why a number or a date cannot be formatted in this style. Null if it can. */
export function styleFault(element: Formatted, locale: string): string | null {
  const { style } = element;
  const named: Readonly<Record<string, unknown>> = isNumberElement(element) ? FORMATS.number : FORMATS.date;
  if (typeof style === 'string' && !Object.hasOwn(named, style)) return `there is no style "${style}"`;
  try {
    tryOut(element, locale);
    return null;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError)
      return `the style cannot be used: ${error.message}`;
    throw error;
  }
}

function tryOut(element: Formatted, locale: string): void {
  const formatters = formattersFor('UTC', () => undefined);
  const { style } = element;
  if (isNumberElement(element)) {
    const options =
      typeof style === 'string'
        ? FORMATS.number[style]
        : isNumberSkeleton(style)
          ? style.parsedOptions
          : undefined;
    formatters.getNumberFormat(locale, options).format(1);
    return;
  }
  const options =
    typeof style === 'string'
      ? FORMATS.date[style]
      : isDateTimeSkeleton(style)
        ? style.parsedOptions
        : undefined;
  formatters.getDateTimeFormat(locale, options).format(0);
}

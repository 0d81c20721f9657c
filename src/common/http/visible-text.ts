import { z } from 'zod';

/** Characters that a name in a list must not contain: control and format characters, unpaired surrogates, line ends. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** A visible character: not a mark, a space, or a character without a width. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const INVISIBLE_LETTERS = /[\u115F\u1160\u3164\uFFA0\u2800]/gu;

/** A name for people: trimmed, 1 to `max` characters, at least one of them visible, no control characters. */
export const visibleText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !UNFIT.test(text), 'must not hold control characters')
    .refine((text) => VISIBLE.test(text.replace(INVISIBLE_LETTERS, '')), 'must hold a visible character');

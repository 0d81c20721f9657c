import { z } from 'zod';

import { Malformed } from '../errors/kinds.js';
import { isWithinOurYears } from './moment.js';
import { wholeNumberOr } from './whole-number.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;
/** A position may contain a key of 512 characters of up to three bytes each, and base64 adds a third. */
const MAX_CURSOR_LENGTH = 4_096;

/** `?limit=&cursor=`. Spread it into the strict object of a list's query DTO. */
export const pageQuery = {
  limit: wholeNumberOr(DEFAULT_LIMIT, 1, MAX_LIMIT).describe('How many items at the most.'),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional().describe('`page.next_cursor` of the previous page.'),
};

/** The body of every list. `next_cursor` is null on the last page. */
export interface Page<T> {
  data: T[];
  page: { limit: number; next_cursor: string | null };
}

/** The Zod schema of `Page`, for OpenAPI. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item),
    page: z.object({ limit: z.number().int(), next_cursor: z.string().nullable() }),
  });

/** A position in a total order: the sort values of the last item, with the unique one last. Opaque to clients. */
export const encodeCursor = (position: readonly string[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

const CURSOR_PARTS = {
  moment: z.iso.datetime().refine(isWithinOurYears),
  id: z.uuid(),
  text: z.string().refine((text) => !text.includes('\0')),
  /** From 0, in the range of PostgreSQL's `integer`. */
  integer: z.string().refine((text) => /^(?:0|[1-9]\d{0,9})$/.test(text) && Number(text) <= 2_147_483_647),
} as const;
type CursorPart = keyof typeof CURSOR_PARTS;

/** The place of an item in a list that is sorted by a moment and then by the id. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

/** The position in a cursor. Null without one, which means the beginning of the list. Throws `Malformed`. */
export function decodePosition(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [at, id] = decodeCursor(cursor, ['moment', 'id']);
  return { at: new Date(at), id };
}

/** The id in a cursor, if ids alone are the order. Throws `Malformed`. */
export const decodeIdCursor = (cursor: string | undefined): string | null =>
  cursor === undefined ? null : decodeCursor(cursor, ['id'])[0];

/** Throws `Malformed` for any text that `encodeCursor` did not make of such parts. */
export function decodeCursor<const P extends readonly CursorPart[]>(
  cursor: string,
  parts: P,
): { [K in keyof P]: string } {
  const values = parseJson(Buffer.from(cursor, 'base64url').toString());
  if (areParts(values, parts)) return values;
  throw new Malformed('The cursor is not one of ours.', {
    errors: [
      { path: 'cursor', code: 'invalid_cursor', message: 'Use page.next_cursor of a previous answer.' },
    ],
  });
}

const areParts = <P extends readonly CursorPart[]>(
  values: unknown,
  parts: P,
): values is { [K in keyof P]: string } =>
  Array.isArray(values) &&
  values.length === parts.length &&
  parts.every((part, at) => CURSOR_PARTS[part].safeParse(values[at]).success);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Builds a page from up to `limit + 1` items. The extra item shows that there is a next page. */
export function toPage<T, R>(
  items: readonly T[],
  limit: number,
  toResponse: (item: T) => R,
  positionOf: (item: T) => Position | readonly string[],
): Page<R> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = items.length > limit && last !== undefined ? encodeCursor(partsOf(positionOf(last))) : null;
  return { data: shown.map(toResponse), page: { limit, next_cursor: next } };
}

const isPosition = (given: Position | readonly string[]): given is Position => 'id' in given;

const partsOf = (given: Position | readonly string[]): readonly string[] =>
  isPosition(given) ? [given.at.toISOString(), given.id] : given;

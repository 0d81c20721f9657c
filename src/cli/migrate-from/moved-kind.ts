import { z } from 'zod';

import type { MovedKindName, MovedRecord, RefusedRow, SourceRow } from './moved-record.js';

/** A row as it is to stand here. */
export type Prepared<T> = MovedRecord & { record: T };

export interface PreparedRows<T> {
  ready: Prepared<T>[];
  refused: RefusedRow[];
}

/** What stands here of a moved record. */
export interface Standing {
  /** What is compared; null where there is nothing any more. */
  content: unknown;
  /** Changed or deleted here since it was moved, so that it need not be equal. */
  isChanged: boolean;
}

/** How the rows of one table are moved. */
export interface MovedKind<T = unknown> {
  readonly name: MovedKindName;
  /** Says what rows come to here, and which cannot be moved. Writes nothing. `known`: those of them that are moved. */
  prepare: (rows: readonly SourceRow[], known: ReadonlyMap<string, MovedRecord>) => Promise<PreparedRows<T>>;
  /** Writes records with all that goes with them, and that they are moved. A repeat after a crash changes nothing. */
  write: (records: readonly Prepared<T>[]) => Promise<void>;
  /** What is compared with `contents`. */
  contentOf: (record: Prepared<T>) => unknown;
  /** By id. What is lost has no member. */
  contents: (records: readonly MovedRecord[]) => Promise<ReadonlyMap<string, Standing>>;
}

const MAX_ISSUES = 3;
const MAX_REASON = 300;

/** Why a row cannot be read, without its values. */
const reasonOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')
    .slice(0, MAX_REASON);

/** The parsed value, or why there is none. */
export function read<T>(schema: z.ZodType<T>, value: unknown): { value: T } | { reason: string } {
  const parsed = schema.safeParse(value);
  return parsed.success ? { value: parsed.data } : { reason: reasonOf(parsed.error) };
}

/** A moment as a driver or JSON has it, from 1970 on: ids are made of it. */
export const sourceMoment = z
  .union([z.date(), z.iso.datetime({ offset: true }).transform((text) => new Date(text))])
  .refine((at) => at.getTime() >= 0 && at.getUTCFullYear() <= 9_998, 'must be in the years 1970 to 9998');

/** A reference, as the source's text. */
export const reference = z.string().min(1).max(200);

/** Calls `prepareOne` for each row and sorts what it says. */
export function sorted<T>(
  rows: readonly SourceRow[],
  prepareOne: (row: SourceRow) => { ready: Prepared<T> } | { reason: string },
): PreparedRows<T> {
  const prepared: PreparedRows<T> = { ready: [], refused: [] };
  for (const row of rows) {
    const one = prepareOne(row);
    if ('ready' in one) prepared.ready.push(one.ready);
    else prepared.refused.push({ id: row.id, reason: one.reason });
  }
  return prepared;
}

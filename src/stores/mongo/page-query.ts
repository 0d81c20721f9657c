import type mongoose from 'mongoose';

import { dateKey, type SortKey, uuidV7Key } from './sort-keys.js';

type Filter<T> = mongoose.mongo.Filter<T>;
type Bound = Date | string;

interface Listed<T> {
  /** Equalities on the first fields of an index. It must not name the sort field, which `from` and `to` bound. */
  filter: Filter<T>;
  limit: number;
  projection?: Readonly<Record<string, 0 | 1>>;
}

/**
 * Newest first by a date; equal dates are ordered by the id. `after` is the position of the last item of the previous
 * page.
 */
interface ByDate<T> extends Listed<T> {
  sort: readonly [field: string, tie: '_id'];
  after: readonly [Date, string] | null;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** Newest first by a UUIDv7. */
interface ById<T> extends Listed<T> {
  sort: readonly ['_id'];
  after: readonly [string] | null;
  from?: string | undefined;
  to?: string | undefined;
}

export type PageQuery<T> = ByDate<T> | ById<T>;

/** The parts of a query, whatever it sorts by. */
export interface PagePlan<T> {
  filter: Filter<T>;
  field: string;
  key: SortKey;
  order: Record<string, -1>;
  /** Inclusive. Null: no bound. */
  from: Bound | null;
  /** Exclusive; takes `after` into account. Null: no bound. */
  to: Bound | null;
  /**
   * The documents with the same sort value as the position that come after it. Null if no two documents share a sort
   * value.
   */
  ties: Record<string, unknown> | null;
}

export function planOf<T>(query: PageQuery<T>): PagePlan<T> {
  const [field, tie] = query.sort;
  const [at, id] = query.after ?? [];
  const from = query.from ?? null;
  const to = query.to ?? null;
  const isWithin = at !== undefined && (to === null || at < to) && (from === null || at >= from);
  return {
    filter: query.filter,
    field,
    key: tie === undefined ? uuidV7Key : dateKey,
    order: tie === undefined ? { _id: -1 } : { [field]: -1, _id: -1 },
    from,
    to: at !== undefined && (to === null || at < to) ? at : to,
    ties: id !== undefined && isWithin ? { [field]: at, _id: { $lt: id } } : null,
  };
}

/** The sort field within `[from, to)`; a null is no bound. */
export const within = (field: string, from: Bound | null, to: Bound | null): Record<string, unknown> =>
  from === null && to === null
    ? {}
    : { [field]: { ...(from !== null && { $gte: from }), ...(to !== null && { $lt: to }) } };

/** The conditions of the whole page in one query. */
export function wholePage<T>({ field, from, to, ties }: PagePlan<T>): Record<string, unknown> {
  if (!ties) return within(field, from, to);
  // The position implies these bounds. They are repeated because an index can use them.
  const bounds = { [field]: { ...(from !== null && { $gte: from }), $lte: to } };
  return { ...bounds, $and: [{ $or: [{ [field]: { $lt: to } }, ties] }] };
}

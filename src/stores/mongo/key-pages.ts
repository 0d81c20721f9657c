import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type mongoose from 'mongoose';

import { type KeyBound, narrowBounds } from './key-windows.js';
import { type Collection, Mongo } from './mongo.js';

/** The number of lists of which something is remembered, each with a key of at most 2 KiB. */
const MAX_HINTS = 1_000;
/** The greatest code point of UTF-8. No text with a given prefix sorts after the prefix followed by it. */
const LAST = '\u{10FFFF}';

/** A page in the order of `field`, a text that is unique under the equalities of `filter` and follows them in an index. */
export interface KeyQuery<T> {
  filter: mongoose.mongo.Filter<T>;
  field: string;
  /** The documents that are shown. Not part of the index. */
  where: mongoose.mongo.Filter<T>;
  /** Empty: every text. */
  prefix: string;
  /** The last text of the previous page. */
  after: string | null;
  limit: number;
  projection: Readonly<Record<string, 0 | 1>>;
}

interface Hint {
  /** Where the first page ended. */
  headEnd: string | null;
  /** How many characters of the position the last page had in common with its end. */
  shared: number;
}

/**
 * Pages in the order of a text. A server that stops at the limit gets one query. SecantusDB reads everything that the
 * filter matches, so for it a page is read in windows of the text that grow: first the texts that share almost all
 * characters with the position, then those that share fewer.
 */
@Injectable()
export class KeyPages {
  private readonly hints = new LRUCache<string, Hint>({ max: MAX_HINTS });

  constructor(private readonly mongo: Mongo) {}

  /** At most `limit` documents after `after`. Rejects with `StoreUnavailable` while MongoDB is down. */
  async ascending<T extends { _id: string }>(name: string, query: KeyQuery<T>): Promise<T[]> {
    const { prefix, after, limit, field } = query;
    // A position outside the prefix, of another list, bounds the page too, but the windows do not begin there.
    const position = after?.startsWith(prefix) === true ? after : null;
    const start: KeyBound = {
      ...(prefix !== '' && position === null && { $gte: prefix }),
      ...(after !== null && { $gt: after }),
    };
    const end: KeyBound = prefix === '' ? {} : { $lt: prefix + LAST };
    const read = (bound: KeyBound, missing: number) =>
      this.mongo.run('find', () => find(this.mongo.collection<T>(name), query, bound, missing));
    if (this.mongo.stopsAtLimit) return read({ ...start, ...end }, limit);
    const list = JSON.stringify([name, query.filter, prefix]);
    const hint = this.hints.get(list);
    const page: T[] = [];
    let from = start;
    for (const to of uppersOf(position, prefix, hint)) {
      page.push(...(await read({ ...from, ...to }, limit - page.length)));
      if (page.length >= limit) break;
      from = '$lte' in to ? { $gt: to.$lte } : { $gte: to.$lt };
    }
    if (page.length < limit) page.push(...(await read({ ...from, ...end }, limit - page.length)));
    const last = page.length < limit ? undefined : (page.at(-1) as Readonly<Record<string, unknown>>)[field];
    this.hints.set(list, learnt(hint, position, typeof last === 'string' ? last : null));
    return page;
  }
}

/** The upper bounds of the windows, each above the one before it. */
function uppersOf(position: string | null, prefix: string, hint: Hint | undefined): readonly KeyUpper[] {
  if (position !== null) return narrowBounds(position, prefix, hint?.shared ?? position.length);
  const head = hint?.headEnd ?? null;
  // Nothing is known of where the list begins, so the whole list has to be read, once.
  if (head === null) return [];
  return [{ $lte: head }, ...narrowBounds(head, prefix, hint?.shared ?? head.length)];
}
type KeyUpper = ReturnType<typeof narrowBounds>[number] | { $lte: string };

function learnt(hint: Hint | undefined, position: string | null, last: string | null): Hint {
  const headEnd = position === null ? last : (hint?.headEnd ?? null);
  if (position === null || last === null) return { headEnd, shared: hint?.shared ?? position?.length ?? 0 };
  let shared = 0;
  while (shared < last.length && position[shared] === last[shared]) shared += 1;
  return { headEnd, shared };
}

const find = <T extends { _id: string }>(
  collection: Collection<T>,
  { filter, field, where, projection }: KeyQuery<T>,
  bound: KeyBound,
  limit: number,
): Promise<T[]> =>
  collection
    .find<T>(
      {
        ...filter,
        ...(Object.keys(bound).length > 0 && { [field]: bound }),
        ...where,
      } as mongoose.mongo.Filter<T>,
      { projection },
    )
    .sort({ [field]: 1 })
    .limit(limit)
    .toArray();

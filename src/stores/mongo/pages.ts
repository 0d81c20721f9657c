import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type mongoose from 'mongoose';

import { StatementTooSlow } from '../statement-too-slow.js';
import { type Collection, Mongo } from './mongo.js';
import { isOperationEnded } from './mongo-errors.js';
import { type PagePlan, type PageQuery, planOf, wholePage, within } from './page-query.js';
import { firstWindow, learnt, nextWindow, type TimeWindow, type WindowHint } from './page-windows.js';

/** The number of lists whose density is remembered, at some 200 bytes each. */
const MAX_HINTS = 5_000;

type Read<T> = (conditions: Record<string, unknown>, limit: number) => Promise<T[]>;

/**
 * Newest-first pages of a collection. A server that stops at the limit gets one query. SecantusDB reads everything
 * that the filter matches before it applies the limit. For it, a page is read in windows of time, from the newest to
 * the oldest, each as wide as the density of the list suggests.
 */
@Injectable()
export class Pages {
  private readonly hints = new LRUCache<string, WindowHint>({ max: MAX_HINTS });

  constructor(private readonly mongo: Mongo) {}

  /**
   * At most `limit` documents after `after`, exactly in the order of `(sort value, _id)`. Rejects with
   * `StoreUnavailable` while MongoDB is down, and with `StatementTooSlow`.
   */
  async newest<T extends { _id: string }>(name: string, query: PageQuery<T>): Promise<T[]> {
    const plan = planOf(query);
    const read: Read<T> = (conditions, limit) =>
      this.mongo.run('find', () =>
        find(this.mongo.collection<T>(name), plan, conditions, limit, query.projection),
      );
    const topMs = plan.to === null ? Number.POSITIVE_INFINITY : plan.key.toMs(plan.to);
    // An id that is not a UUIDv7 contains no time.
    if (this.mongo.stopsAtLimit || Number.isNaN(topMs)) return read(wholePage(plan), query.limit);
    const list = JSON.stringify([name, query.sort, query.filter]);
    const hint = this.hints.get(list);
    const { page, learnt: now } = await readWindows(plan, read, query.limit, topMs, hint);
    if (now) this.hints.set(list, now);
    return page;
  }
}

async function readWindows<T>(
  plan: PagePlan<T>,
  read: Read<T>,
  limit: number,
  topMs: number,
  hint: WindowHint | undefined,
): Promise<{ page: T[]; learnt: WindowHint | undefined }> {
  const startMs = Math.min(topMs, Date.now());
  const bottomMs = plan.from === null ? Number.NEGATIVE_INFINITY : plan.key.toMs(plan.from);
  let window = firstWindow(topMs, startMs, hint);
  // The documents with the same sort value get a query of their own, because with `$or` this server would ignore the
  // lower bound.
  const [ties, first] = await Promise.all([
    plan.ties ? read(plan.ties, limit) : [],
    read(boundsOf(plan, window, plan.to), limit),
  ]);
  const page = [...ties, ...first];
  while (page.length < limit && window.fromMs > bottomMs) {
    const missing = limit - page.length;
    const coveredMs = Math.max(1, startMs - window.fromMs);
    window = nextWindow(window, coveredMs, page.length - ties.length, missing, hint);
    page.push(...(await read(boundsOf(plan, window, plan.key.fromMs(window.toMs)), missing)));
  }
  const isEnd = page.length < limit && plan.from === null;
  page.length = Math.min(page.length, limit);
  const last = page.at(-1) as Readonly<Record<string, unknown>> | undefined;
  const isHead = plan.to === null && plan.from === null;
  const lastMs = last === undefined ? null : plan.key.toMs(last[plan.field]);
  return { page, learnt: learnt(hint, { lastMs, startMs, isHead, isEnd }) };
}

/** The part of the page that lies in this window. */
function boundsOf<T>(
  { field, key, from }: PagePlan<T>,
  { fromMs }: TimeWindow,
  to: Date | string | null,
): Record<string, unknown> {
  const lower = fromMs === Number.NEGATIVE_INFINITY ? null : key.fromMs(fromMs);
  return within(field, from !== null && (lower === null || from > lower) ? from : lower, to);
}

/** Less than the driver waits for an answer, so that the server has ended the query when its client is told. */
const READ_LIMIT_MS = 4_000;

const find = <T extends { _id: string }>(
  collection: Collection<T>,
  { filter, order }: PagePlan<T>,
  conditions: Record<string, unknown>,
  limit: number,
  projection: PageQuery<T>['projection'],
): Promise<T[]> =>
  collection
    .find<T>({ ...filter, ...conditions } as mongoose.mongo.Filter<T>, {
      maxTimeMS: READ_LIMIT_MS,
      ...(projection ? { projection } : {}),
    })
    .sort(order)
    .limit(limit)
    .toArray()
    .catch((error: unknown) => {
      throw isOperationEnded(error) ? new StatementTooSlow(error) : error;
    });

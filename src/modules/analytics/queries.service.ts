import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { bucketOf } from '../../common/time/bucket-of.js';
import { Turns } from '../../common/time/turns.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { canReadAnalytics } from './analytics.policy.js';
import { bucketStarts, type Interval } from './calendar-buckets.js';
import { EventSample } from './event-sample.js';
import { type FunnelEvent, funnelOf, type FunnelStep, passageOf } from './funnel.js';
import { personOf } from './person.js';
import { EmptyRange, RangeTooLarge } from './queries.errors.js';
import { QuarterCounts } from './quarter-counts.js';
import { DAY_MS } from './roll-up.js';

/** The limit of one answer. */
const MAX_POINTS = 2_500;
const LARGEST_GROUPS = 10;
const OTHER_GROUP = '$other';
/** A query that reads the events themselves covers at most a quarter of a year and a limited number of events. */
const MAX_RAW_DAYS = 93;
const MAX_RAW_EVENTS = 1_000_000;

export interface Range {
  from: Date;
  to: Date;
}

export interface SeriesQuestion extends Range {
  eventName: string | null;
  interval: Interval;
  zone: string;
  measure: 'count' | 'users';
  /** `properties.plan`. */
  groupBy: string | null;
}

export interface Series {
  group: string | null;
  points: { start: Date; value: number }[];
}

/** Statistics of events. Throws `Forbidden`, `EmptyRange`, `RangeTooLarge`, `StoreUnavailable`. */
@Injectable()
export class AnalyticsQueries {
  constructor(
    private readonly counts: QuarterCounts,
    private readonly events: AnalyticsEventsRepository,
  ) {}

  /** Every bucket of the range, zeros included. */
  async series(actor: Principal, question: SeriesQuestion): Promise<Series[]> {
    assertCan(canReadAnalytics(actor));
    const { from, to, interval, zone, measure, groupBy } = question;
    if (from >= to) throw new EmptyRange();
    const starts = bucketStarts(from, to, interval, zone, MAX_POINTS);
    if (!starts) throw new RangeTooLarge(`A series has at most ${MAX_POINTS} points.`);
    const series =
      measure === 'count' && groupBy === null
        ? [{ group: null, values: await this.counted(actor.orgId, question, starts) }]
        : await this.sampled(actor.orgId, question, starts);
    return series.map(({ group, values }) => ({
      group,
      points: starts.map((start, at) => ({ start: new Date(start), value: values[at] ?? 0 })),
    }));
  }

  /** The most frequent events, each with its number of persons. */
  async top(
    actor: Principal,
    { from, to }: Range,
    limit: number,
  ): Promise<{ eventName: string; count: number; users: number }[]> {
    assertCan(canReadAnalytics(actor));
    assertRaw(from, to);
    const totals = new Map<string, number>();
    for (const { eventName, count } of await this.counts.within(actor.orgId, null, from, to))
      totals.set(eventName, (totals.get(eventName) ?? 0) + count);
    const largest = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, limit);
    const persons = new Map(largest.map(([name]) => [name, new Set<string>()]));
    const range = { names: [...persons.keys()], from, to };
    await this.each(actor.orgId, range, ['event_name', 'user_id', 'anonymous_id'], (event) => {
      const person = personOf(event);
      if (person !== null) persons.get(event.event_name)?.add(person);
    });
    return largest.map(([eventName, count]) => ({
      eventName,
      count,
      users: persons.get(eventName)?.size ?? 0,
    }));
  }

  /** How many persons did these things one after the other. */
  async funnel(
    actor: Principal,
    { from, to }: Range,
    steps: readonly string[],
    windowMs: number,
  ): Promise<FunnelStep[]> {
    assertCan(canReadAnalytics(actor));
    assertRaw(from, to);
    const byPerson = new Map<string, (FunnelEvent & { id: string })[]>();
    const fields = ['event_name', 'user_id', 'anonymous_id', 'timestamp'] as const;
    await this.each(actor.orgId, { names: [...new Set(steps)], from, to }, fields, (event) => {
      const person = personOf(event);
      if (person === null) return;
      const known = byPerson.get(person) ?? [];
      known.push({ atMs: event.timestamp.getTime(), eventName: event.event_name, id: event._id });
      byPerson.set(person, known);
    });
    const turns = new Turns();
    const passages: (readonly number[])[] = [];
    for (const events of byPerson.values()) {
      await turns.pass();
      // Ids rise in the order of arrival.
      const ordered = events.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
      passages.push(passageOf(ordered, steps, windowMs));
    }
    return funnelOf(passages, steps);
  }

  private async counted(
    orgId: string,
    question: SeriesQuestion,
    starts: readonly number[],
  ): Promise<number[]> {
    const values = starts.map(() => 0);
    const { eventName, from, to } = question;
    for (const { atMs, count } of await this.counts.within(orgId, eventName, from, to)) {
      const bucket = bucketOf(starts, atMs);
      values[bucket] = (values[bucket] ?? 0) + count;
    }
    return values;
  }

  private async sampled(orgId: string, question: SeriesQuestion, starts: readonly number[]) {
    const { eventName, from, to, measure, groupBy } = question;
    assertRaw(from, to);
    const path = groupBy?.split('.').slice(1) ?? null;
    const sample = new EventSample();
    const fields = ['timestamp', 'user_id', 'anonymous_id'] as const;
    const grouped = groupBy === null ? [] : [groupBy as `properties.${string}`];
    const range = { names: eventName === null ? null : [eventName], from, to };
    await this.each(orgId, range, [...fields, ...grouped], (event) => {
      const { properties } = event as { properties?: unknown };
      const group = path === null ? null : textAt(properties, path);
      sample.add(bucketOf(starts, event.timestamp.getTime()), group, personOf(event));
    });
    const series = sample.series(measure, starts.length, LARGEST_GROUPS, OTHER_GROUP);
    return series.length > 0 ? series : [{ group: null, values: [] }];
  }

  private async each(
    orgId: string,
    range: Range & { names: readonly string[] | null },
    fields: Parameters<AnalyticsEventsRepository['read']>[2],
    visit: (event: ReadEvent) => void,
  ): Promise<void> {
    let read = 0;
    const turns = new Turns();
    for await (const events of this.events.read<keyof ReadEvent>(orgId, range, fields as never)) {
      read += events.length;
      if (read > MAX_RAW_EVENTS) throw new RangeTooLarge(`The range has more than ${MAX_RAW_EVENTS} events.`);
      for (const event of events) visit(event);
      await turns.pass();
    }
  }
}

type ReadEvent = {
  _id: string;
  event_name: string;
  user_id: string | null;
  anonymous_id: string | null;
  timestamp: Date;
};

function assertRaw(from: Date, to: Date): void {
  if (from >= to) throw new EmptyRange();
  if (to.getTime() - from.getTime() > MAX_RAW_DAYS * DAY_MS)
    throw new RangeTooLarge(`What is counted from single events covers at most ${MAX_RAW_DAYS} days.`);
}

/** The value of a property as the name of a group. Null if there is none. */
function textAt(value: unknown, path: readonly string[]): string | null {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null;
    at = (at as Record<string, unknown>)[name];
  }
  if (at === null || at === undefined) return null;
  return (typeof at === 'string' ? at : JSON.stringify(at)).slice(0, 200);
}

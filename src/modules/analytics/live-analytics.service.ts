import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { canReadAnalytics } from './analytics.policy.js';
import { byMinute, type LiveEvent, type LiveMinute, MINUTE_MS, shownMinutes } from './live-counts.js';
import { LiveCounters } from './live-counters.js';

const TRENDING = 10;

export interface LastHour {
  /** The oldest first. */
  minutes: { start: Date; count: number }[];
  users: number;
  /** The most frequent events, at most ten. */
  trending: { eventName: string; count: number }[];
  source: 'redis' | 'mongodb';
}

/** The last 60 minutes: from Redis if it has them, otherwise from the events, which then fill Redis again. */
@Injectable()
export class LiveAnalytics {
  constructor(
    private readonly counters: LiveCounters,
    private readonly events: AnalyticsEventsRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `Forbidden`, and `StoreUnavailable` if neither store answers. */
  async lastHour({ orgId, ...actor }: Principal): Promise<LastHour> {
    assertCan(canReadAnalytics({ orgId, ...actor }));
    const shown = shownMinutes(this.clock.now());
    const kept = await this.counters.read(orgId, shown);
    if (kept) return hourOf(shown, kept.minutes, kept.users, 'redis');
    const minutes = await this.counted(orgId, shown);
    await this.counters.fill(orgId, new Map(shown.map((minute) => [minute, minutes.get(minute) ?? EMPTY])));
    const persons = new Set([...minutes.values()].flatMap((minute) => [...minute.persons]));
    const counts = shown.map((minute) => minutes.get(minute)?.counts ?? EMPTY.counts);
    return hourOf(shown, counts, persons.size, 'mongodb');
  }

  /** Counts newly stored events that belong to the last hour. */
  async add(orgId: string, events: readonly LiveEvent[]): Promise<void> {
    const [oldest = 0] = shownMinutes(this.clock.now());
    const recent = events.filter(({ timestamp }) => timestamp.getTime() >= oldest * MINUTE_MS);
    await this.counters.add(orgId, byMinute(recent));
  }

  private async counted(orgId: string, shown: readonly number[]): Promise<Map<number, LiveMinute>> {
    const [first = 0] = shown;
    const range = {
      names: null,
      from: new Date(first * MINUTE_MS),
      to: new Date((first + shown.length) * MINUTE_MS),
    };
    const fields = ['event_name', 'timestamp', 'user_id', 'anonymous_id'] as const;
    const found: LiveEvent[] = [];
    for await (const events of this.events.read(orgId, range, fields)) found.push(...events);
    return byMinute(found);
  }
}

const EMPTY: LiveMinute = { counts: new Map(), persons: new Set() };

function hourOf(
  shown: readonly number[],
  counts: readonly ReadonlyMap<string, number>[],
  users: number,
  source: LastHour['source'],
): LastHour {
  const totals = new Map<string, number>();
  for (const minute of counts)
    for (const [name, count] of minute) totals.set(name, (totals.get(name) ?? 0) + count);
  const trending = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, TRENDING);
  return {
    minutes: shown.map((minute, at) => ({
      start: new Date(minute * MINUTE_MS),
      count: [...(counts[at]?.values() ?? [])].reduce((sum, count) => sum + count, 0),
    })),
    users,
    trending: trending.map(([eventName, count]) => ({ eventName, count })),
    source,
  };
}

import { Injectable } from '@nestjs/common';

import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { DAY_MS, QUARTER_MS } from './roll-up.js';
import { RollUpsRepository } from './roll-ups.mongo.repository.js';

/** How many events of one name there were from a moment on, for at most a quarter of an hour. */
export interface NamedCount {
  eventName: string;
  atMs: number;
  count: number;
}

/**
 * Counts of any range, exact to the millisecond: whole quarters of an hour from the roll-ups, and the two ends from
 * the events.
 */
@Injectable()
export class QuarterCounts {
  constructor(
    private readonly rollUps: RollUpsRepository,
    private readonly events: AnalyticsEventsRepository,
  ) {}

  /** In no order. `eventName` null: all events. */
  async within(orgId: string, eventName: string | null, from: Date, to: Date): Promise<NamedCount[]> {
    const first = Math.ceil(from.getTime() / QUARTER_MS) * QUARTER_MS;
    const last = Math.floor(to.getTime() / QUARTER_MS) * QUARTER_MS;
    if (first >= last) return this.counted(orgId, eventName, from, to);
    const parts = await Promise.all([
      this.counted(orgId, eventName, from, new Date(first)),
      this.rolledUp(orgId, eventName, first, last),
      this.counted(orgId, eventName, new Date(last), to),
    ]);
    return parts.flat();
  }

  private async rolledUp(
    orgId: string,
    eventName: string | null,
    first: number,
    last: number,
  ): Promise<NamedCount[]> {
    const days = await this.rollUps.within(orgId, eventName, new Date(first), new Date(last));
    const counts: NamedCount[] = [];
    for (const { event_name, day, quarters } of days) {
      const midnight = Date.parse(`${day}T00:00:00Z`);
      const isWhole = midnight >= first && midnight + DAY_MS <= last;
      for (const [quarter, count] of Object.entries(quarters)) {
        const atMs = midnight + Number(quarter) * QUARTER_MS;
        if (isWhole || (atMs >= first && atMs < last)) counts.push({ eventName: event_name, atMs, count });
      }
    }
    return counts;
  }

  private async counted(
    orgId: string,
    eventName: string | null,
    from: Date,
    to: Date,
  ): Promise<NamedCount[]> {
    const counts: NamedCount[] = [];
    const range = { names: eventName === null ? null : [eventName], from, to };
    for await (const events of this.events.read(orgId, range, ['event_name', 'timestamp']))
      for (const { event_name, timestamp } of events)
        counts.push({ eventName: event_name, atMs: timestamp.getTime(), count: 1 });
    return counts;
  }
}

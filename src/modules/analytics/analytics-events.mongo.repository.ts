import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { ANALYTICS_COLLECTION, type AnalyticsEvent } from './analytics-event.js';
import { DAY_MS } from './roll-up.js';

/** Every condition that is given has to match. */
export interface EventFilter {
  event_name?: string | undefined;
  user_id?: string | undefined;
  message_id?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

interface Range {
  from: Date;
  to: Date;
}

const ascending = (a: number, b: number): number => a - b;

/** The events themselves. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class AnalyticsEventsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  /** Newest first, from `after` on. */
  list(
    orgId: string,
    { from, to, ...equal }: EventFilter,
    limit: number,
    after: Position | null,
  ): Promise<AnalyticsEvent[]> {
    return this.pages.newest<AnalyticsEvent>(ANALYTICS_COLLECTION, {
      filter: { organization_id: orgId, ...givenConditions(equal) },
      sort: ['timestamp', '_id'],
      from,
      to,
      after: after && [after.at, after.id],
      limit,
    });
  }

  find(orgId: string, id: string): Promise<AnalyticsEvent | null> {
    return this.mongo.run('find', () => this.events().findOne({ _id: id, organization_id: orgId }));
  }

  /** The ids of the stored events, by `message_id`. */
  async idsOf(orgId: string, messageIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.mongo.run('find', () =>
      this.events()
        .find(
          { organization_id: orgId, message_id: { $in: [...messageIds] } },
          { projection: { message_id: 1 } },
        )
        .toArray(),
    );
    return new Map(found.map(({ _id, message_id: messageId }) => [messageId, _id]));
  }

  /**
   * The events of `[from, to)` with these fields, day by day, the oldest day first; within a day in no order. `names`:
   * only events with these names.
   */
  async *read<F extends keyof AnalyticsEvent>(
    orgId: string,
    { names, from, to }: Range & { names: readonly string[] | null },
    fields: readonly (F | `properties.${string}`)[],
  ): AsyncGenerator<Pick<AnalyticsEvent, F | '_id'>[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    const named = names === null ? {} : { event_name: { $in: [...names] } };
    for (let start = from.getTime(); start < to.getTime(); start += DAY_MS) {
      const timestamp = { $gte: new Date(start), $lt: new Date(Math.min(start + DAY_MS, to.getTime())) };
      yield await this.mongo.run('analytics.read', () =>
        this.events()
          .find<Pick<AnalyticsEvent, F | '_id'>>(
            { organization_id: orgId, ...named, timestamp },
            { projection },
          )
          .toArray(),
      );
    }
  }

  /** The UTC days within a range that have events, except `known`. Reads only what lies between those. */
  async daysWithout(orgId: string, { from, to }: Range, known: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    let start = from.getTime();
    for (const midnight of [
      ...known.map((day) => Date.parse(`${day}T00:00:00Z`)).sort(ascending),
      to.getTime(),
    ]) {
      const end = Math.min(midnight, to.getTime());
      const timestamp = { $gte: new Date(start), $lt: new Date(end) };
      if (start < end)
        found.push(
          ...(await this.mongo.run('analytics.days', () =>
            this.events().distinct('day', { organization_id: orgId, timestamp }),
          )),
        );
      start = Math.max(start, midnight + DAY_MS);
    }
    return found;
  }

  organizations(): Promise<string[]> {
    return this.mongo.run('analytics.organizations', () => this.events().distinct('organization_id'));
  }

  async hasSince(orgId: string, since: Date): Promise<boolean> {
    const filter = { organization_id: orgId, timestamp: { $gte: since } };
    const found = await this.mongo.run('analytics.has_since', () =>
      this.events().findOne(filter, { projection: { _id: 1 } }),
    );
    return found !== null;
  }

  private events() {
    return this.mongo.collection<AnalyticsEvent>(ANALYTICS_COLLECTION);
  }
}

import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { addDays, localDateOf } from '../../common/time/local-days.js';
import { TimeZones } from '../users/time-zones.service.js';
import { DailyActivities } from './daily-activities.mongo.repository.js';
import { type ActivityCounts, noCounts } from './daily-activity.js';
import { canReadInsights } from './insights.policy.js';
import type { UserAnalytics } from './user-analytics.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

/** The caller's own insights. Rejects with `StoreUnavailable`. */
@Injectable()
export class InsightsService {
  constructor(
    private readonly analytics: UserAnalyticsRepository,
    private readonly days: DailyActivities,
    private readonly zones: TimeZones,
    private readonly clock: Clock,
  ) {}

  /** Includes the date that the caller's clocks show. */
  async get(actor: Principal): Promise<{ analytics: UserAnalytics | null; today: string }> {
    assertCan(canReadInsights(actor));
    const [analytics, zone] = await Promise.all([
      this.analytics.find(actor),
      this.zones.of(actor.orgId, actor.userId),
    ]);
    return { analytics, today: localDateOf(this.clock.now(), zone) };
  }

  /** Every day of a month, `2026-11`. */
  async month(actor: Principal, month: string): Promise<(readonly [date: string, counts: ActivityCounts])[]> {
    assertCan(canReadInsights(actor));
    const dates = datesOfMonth(month);
    const found = await this.days.between(actor, dates[0], dates.at(-1));
    const stored = new Map(found.map((day) => [day.date, day]));
    return dates.map((date) => [date, stored.get(date) ?? noCounts()]);
  }
}

function datesOfMonth(month: string): string[] {
  const dates: string[] = [];
  for (let date = `${month}-01`; date.startsWith(month); date = addDays(date, 1)) dates.push(date);
  return dates;
}

import { Injectable } from '@nestjs/common';

import { canonicalTimeZone } from '../../common/time/time-zone.js';
import { UsersReadModel } from '../users/users.pg.read-model.js';
import { DailyActivities } from './daily-activities.mongo.repository.js';
import { differingCounts, emptyDay, type InsightOwner } from './daily-activity.js';
import { datesOf } from './insight-marks.js';
import { InsightSources } from './insight-sources.js';
import { summaryOf, type UserAnalytics } from './user-analytics.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

/** An attempt fails only if a change or another count came first. */
const ATTEMPTS = 5;

/**
 * Counts the days of people again from the records. Every write replaces the revision that was read before counting,
 * so an older count never overwrites a newer one, however many processes count.
 */
@Injectable()
export class InsightBuilder {
  constructor(
    private readonly sources: InsightSources,
    private readonly days: DailyActivities,
    private readonly analytics: UserAnalyticsRepository,
    private readonly accounts: UsersReadModel,
  ) {}

  /** Counts the marked days. False: the records changed too often meanwhile, so it has to be tried again. */
  async refresh(owner: InsightOwner): Promise<boolean> {
    return this.untilCurrent(owner, (state, zone) => {
      if (!state?.is_stale) return 'nothing';
      return zone === state.time_zone ? datesOf(Object.keys(state.marks ?? {}), zone) : null;
    });
  }

  /** Counts all days. False: as above. */
  async rebuild(owner: InsightOwner): Promise<boolean> {
    return this.untilCurrent(owner, () => null);
  }

  /** The time zone that defines the days. For an account that is no member any more, the stored zone stays. */
  async zoneOf({ orgId, userId }: InsightOwner, state: UserAnalytics | null): Promise<string> {
    const chosen = await this.accounts.timeZoneOf(orgId, userId);
    return canonicalTimeZone(chosen ?? state?.time_zone ?? 'UTC');
  }

  private async untilCurrent(
    owner: InsightOwner,
    datesToCount: (state: UserAnalytics | null, zone: string) => readonly string[] | 'nothing' | null,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const state = await this.analytics.find(owner);
      const zone = await this.zoneOf(owner, state);
      const dates = datesToCount(state, zone);
      if (dates === 'nothing') return true;
      if (!(await this.countDays(owner, zone, dates))) continue;
      const days = await this.days.between(owner);
      const summary = summaryOf(
        days.map((day) => [day.date, { ...day, focus_by_hour: [...day.focus_by_hour] }]),
      );
      if (await this.analytics.put(owner, { ...summary, time_zone: zone }, state?.revision ?? null))
        return true;
    }
    return false;
  }

  private async countDays(
    owner: InsightOwner,
    zone: string,
    dates: readonly string[] | null,
  ): Promise<boolean> {
    const stored = new Map((await this.days.of(owner, dates)).map((day) => [day.date, day]));
    const counted = await this.sources.count(owner, zone, dates);
    const writes = [...new Set([...stored.keys(), ...counted.keys()])].flatMap((date) => {
      const day = counted.get(date) ?? emptyDay();
      const present = stored.get(date);
      const isRight = differingCounts(day, present ?? emptyDay()).length === 0;
      return isRight ? [] : [{ date, day, revision: present?.revision ?? null }];
    });
    return this.days.write(owner, writes);
  }
}

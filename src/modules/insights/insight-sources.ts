import { Injectable } from '@nestjs/common';

import { addDays, startOfLocalDay } from '../../common/time/local-days.js';
import { Turns } from '../../common/time/turns.js';
import { focusInsights } from '../focus-sessions/focus-session.insights.js';
import { journalInsights } from '../journal/journal.insights.js';
import { moodInsights } from '../moods/mood.insights.js';
import { CountedRecords } from './counted-records.mongo.repository.js';
import { addContribution, type CountedDay, type InsightOwner } from './daily-activity.js';
import type { InsightDay, InsightSource } from './insight-source.js';

const SOURCES: readonly InsightSource[] = [journalInsights, moodInsights, focusInsights];

/** Everything that features contribute to insights, computed from their records. */
@Injectable()
export class InsightSources {
  constructor(private readonly records: CountedRecords) {}

  /** The counts by day: of these dates only, or of all if it is null. */
  async count(
    owner: InsightOwner,
    zone: string,
    dates: readonly string[] | null,
  ): Promise<Map<string, CountedDay>> {
    const counted = new Map<string, CountedDay>();
    const turns = new Turns();
    for (const day of dates?.map((date) => dayOf(date, zone)) ?? [null]) {
      for (const source of SOURCES) {
        for await (const contributions of this.records.contributions(source, owner, day))
          for (const contribution of contributions) {
            addContribution(counted, contribution, zone);
            await turns.pass();
          }
      }
    }
    return counted;
  }

  async organizations(): Promise<string[]> {
    return (await Promise.all(SOURCES.map((source) => this.records.organizations(source)))).flat();
  }

  async usersIn(orgId: string): Promise<string[]> {
    return (await Promise.all(SOURCES.map((source) => this.records.usersIn(source, orgId)))).flat();
  }
}

const dayOf = (date: string, zone: string): InsightDay => ({
  date,
  from: startOfLocalDay(date, zone),
  to: startOfLocalDay(addDays(date, 1), zone),
});

import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { persistently } from '../../flows/reconciliation/persistently.js';
import { DailyActivities } from './daily-activities.mongo.repository.js';
import {
  DAILY_ACTIVITY_COLLECTION,
  dailyActivityId,
  differingCounts,
  emptyDay,
  type InsightOwner,
  ownerId,
  ownerOfId,
} from './daily-activity.js';
import { InsightBuilder } from './insight-builder.service.js';
import { InsightSources } from './insight-sources.js';
import { summaryOf, USER_ANALYTICS_COLLECTION } from './user-analytics.js';
import { UserAnalyticsRepository } from './user-analytics.mongo.repository.js';

/** A change under way is counted soon after its record is written, so a difference is read several times. */
const LOOKS = 3;

/** Checks that the days and totals of each person equal a count of the records. Marked insights are under way. */
@Injectable()
export class InsightsCheck implements Check {
  readonly name = 'insights';

  constructor(
    private readonly sources: InsightSources,
    private readonly days: DailyActivities,
    private readonly analytics: UserAnalyticsRepository,
    private readonly builder: InsightBuilder,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const organizations = await persistently(() => this.namesOf((known) => known.organizations()));
    for (const orgId of organizations) {
      const users = await persistently(() => this.namesOf((known) => known.usersIn(orgId)));
      for (const userId of users) yield await this.compareOne({ orgId, userId });
    }
  }

  async repair({ id }: Difference): Promise<string | null> {
    return (await this.builder.rebuild(ownerOfId(String(id)))) ? 'counted the records again' : null;
  }

  private async compareOne(owner: InsightOwner): Promise<ComparedBatch> {
    let batch: ComparedBatch = { compared: 0, differences: [] };
    for (let look = 0; look < LOOKS; look += 1) {
      batch = await persistently(() => this.look(owner));
      if (batch.differences.length === 0) return batch;
    }
    return batch;
  }

  private async look(owner: InsightOwner): Promise<ComparedBatch> {
    const before = await this.analytics.find(owner);
    const zone = await this.builder.zoneOf(owner, before);
    const stored = new Map((await this.days.between(owner)).map((day) => [day.date, day]));
    const counted = await this.sources.count(owner, zone, null);
    const after = await this.analytics.find(owner);
    const dates = [...new Set([...stored.keys(), ...counted.keys()])];
    const compared = dates.length + 1;
    const isUnderWay = after?.is_stale === true || before?.revision !== after?.revision;
    if (isUnderWay) return { compared, differences: [] };
    const differences = dates.flatMap((date) => {
      const fields = differingCounts(counted.get(date) ?? emptyDay(), stored.get(date) ?? emptyDay());
      const id = dailyActivityId(owner, date);
      const kind = stored.has(date) ? (counted.has(date) ? 'different' : 'extra') : 'missing';
      return fields.length === 0 ? [] : [difference(kind, `${DAILY_ACTIVITY_COLLECTION}/${id}`, id, fields)];
    });
    const { totals, focus_by_hour, entry_runs } = summaryOf(
      [...counted].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    const summed = JSON.stringify([sorted(totals), focus_by_hour, entry_runs.map(sorted)]);
    const found =
      after?.totals &&
      JSON.stringify([sorted(after.totals), after.focus_by_hour, after.entry_runs?.map(sorted)]);
    const id = ownerId(owner);
    const record = `${USER_ANALYTICS_COLLECTION}/${id}`;
    if (counted.size > 0 && !found) differences.push(difference('missing', record, id, ['totals']));
    else if (found && found !== summed) differences.push(difference('different', record, id, ['totals']));
    return { compared, differences };
  }

  private async namesOf(
    ask: (known: InsightSources | UserAnalyticsRepository) => Promise<string[]>,
  ): Promise<string[]> {
    const names = await Promise.all([this.sources, this.analytics].map(ask));
    return [...new Set(names.flat())].toSorted();
  }
}

const sorted = (value: object): unknown[] => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));

const difference = (
  kind: Difference['kind'],
  record: string,
  id: string,
  fields: readonly string[],
): Difference => ({
  ...{ kind, record, id },
  detail: fields.join(', '),
  tags: [],
});

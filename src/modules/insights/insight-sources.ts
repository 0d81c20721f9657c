import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

import { addDays, startOfLocalDay } from '../../common/time/local-days.js';
import { addContribution, type CountedDay, type InsightOwner } from './daily-activity.js';
import { CountedInInsights, type InsightDay, type InsightSource } from './insight-source.js';

/** All that features add to insights, taken from their records. */
@Injectable()
export class InsightSources implements OnModuleInit {
  private sources: readonly InsightSource[] = [];

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const marked = this.discovery.getProviders({ metadataKey: CountedInInsights.KEY });
    this.sources = marked.map(({ instance }) => instance as InsightSource);
  }

  /** What the records come to by day; of these dates alone, or of all where it is null. */
  async count(
    owner: InsightOwner,
    zone: string,
    dates: readonly string[] | null,
  ): Promise<Map<string, CountedDay>> {
    const counted = new Map<string, CountedDay>();
    for (const day of dates?.map((date) => dayOf(date, zone)) ?? [null]) {
      for (const source of this.sources) {
        for await (const contributions of source.contributions(owner, day))
          for (const contribution of contributions) addContribution(counted, contribution, zone);
      }
    }
    return counted;
  }

  async organizations(): Promise<string[]> {
    return (await Promise.all(this.sources.map((source) => source.organizations()))).flat();
  }

  async usersIn(orgId: string): Promise<string[]> {
    return (await Promise.all(this.sources.map((source) => source.usersIn(orgId)))).flat();
  }
}

const dayOf = (date: string, zone: string): InsightDay => ({
  date,
  from: startOfLocalDay(date, zone),
  to: startOfLocalDay(addDays(date, 1), zone),
});

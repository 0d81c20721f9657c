import { DiscoveryService } from '@nestjs/core';

import type { Contribution, InsightOwner } from './daily-activity.js';

/** A day of a person: a date of the calendar, and from when to when their clocks show it. */
export interface InsightDay {
  date: string;
  from: Date;
  /** Exclusive. */
  to: Date;
}

/** What a feature adds to insights. Its records carry `insightEffects`, too. */
export interface InsightSource {
  /** Of one day, or of all where it is null; some at a time. */
  contributions(owner: InsightOwner, day: InsightDay | null): AsyncIterable<readonly Contribution[]>;
  /** The organisations that have records. */
  organizations(): Promise<readonly string[]>;
  /** The accounts that have records there. */
  usersIn(orgId: string): Promise<readonly string[]>;
}

/** Marks a provider as a source of insights. Being a provider of its feature's module registers it. */
export const CountedInInsights = DiscoveryService.createDecorator();

import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import type { DemoOwner, DemoStep } from '../../flows/demo/demo-step.js';
import { Ingest } from '../../flows/ingest/ingest.js';
import { ANALYTICS_COLLECTION, type AnalyticsEvent, bucketsOf } from './analytics-event.js';
import { DAY_MS } from './roll-up.js';

const DAYS = 30;
const VISITORS = 60;
const PLANS = ['free', 'pro', 'team'];
const PAGES = ['/', '/pricing', '/docs', '/blog', '/signup'];
/** The probability with which a visit continues to each next step. */
const STEPS = [
  { name: 'page_view', chance: 1 },
  { name: 'Signed Up', chance: 0.35 },
  { name: 'Trial Started', chance: 0.6 },
  { name: 'Order Completed', chance: 0.5 },
];

/**
 * A month of visits that lead to orders. Everything derives from numbers, so that a repeated seed adds only the new
 * days.
 */
@Injectable()
export class AnalyticsDemo implements DemoStep {
  constructor(
    private readonly ingest: Ingest,
    private readonly clock: Clock,
  ) {}

  async seed({ organizationId }: DemoOwner): Promise<readonly string[]> {
    const now = this.clock.now();
    const today = Math.floor(now.getTime() / DAY_MS);
    let made = 0;
    for (let day = today - DAYS; day < today; day += 1) {
      const events = eventsOf(organizationId, day, now);
      const outcomes = await this.ingest.accept(
        events.map((event) => ({
          orgId: organizationId,
          collection: ANALYTICS_COLLECTION,
          aggregate: `${ANALYTICS_COLLECTION}:${event._id}`,
          document: event,
          subjectUserId: null,
          tags: [tags.collection(organizationId, 'analytics')],
        })),
      );
      made += outcomes.filter(({ kind }) => kind === 'stored' || kind === 'spooled').length;
    }
    return made === 0 ? [] : [`${made} analytics events`];
  }
}

function eventsOf(organizationId: string, day: number, now: Date): AnalyticsEvent[] {
  const isWeekend = [0, 6].includes(new Date(day * DAY_MS).getUTCDay());
  const visits = isWeekend ? 12 : 30;
  const events: AnalyticsEvent[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const chance = (what: string): number => fraction(`${day}.${visit}.${what}`);
    const visitor = Math.floor(chance('visitor') * VISITORS);
    let atMs = day * DAY_MS + (7 + chance('hour') * 14) * 3_600_000;
    for (const { name, chance: goesOn } of STEPS) {
      if (chance(name) >= goesOn) break;
      const timestamp = new Date(Math.floor(atMs));
      events.push({
        _id: newId(),
        organization_id: organizationId,
        event_name: name,
        event_category: 'demo',
        user_id: `visitor-${visitor}`,
        anonymous_id: null,
        properties: {
          plan: PLANS[visitor % PLANS.length],
          page: PAGES[Math.floor(chance('page') * PAGES.length)],
        },
        message_id: `demo-${day}-${visit}-${name}`,
        timestamp,
        received_at: now,
        ...bucketsOf(timestamp),
      });
      atMs += (1 + chance(`${name}.pause`) * 20) * 60_000;
    }
  }
  return events;
}

/** A number from 0 up to 1 that depends only on the name. */
const fraction = (name: string): number =>
  createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32;

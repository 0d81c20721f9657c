import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { retainedSince } from '../../flows/archive/archive-rule.js';
import type { Check, ComparedBatch, Difference, DifferencesSoFar } from '../../flows/reconciliation/check.js';
import { persistently } from '../../flows/reconciliation/persistently.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { bucketsOf } from './analytics-event.js';
import { DAY_MS, keyOfRollUp, ROLL_UPS_COLLECTION, rollUpId, type RollUpKey } from './roll-up.js';
import { type Quarters, RollUpRebuild, totalOf } from './roll-up-rebuild.js';
import { RollUpsRepository } from './roll-ups.mongo.repository.js';

const LOOKS = 10;
const BETWEEN_LOOKS_MS = 100;

/** Roll-ups are what a recount of the events gives, for every day whose events are kept. */
@Injectable()
export class RollUpsCheck implements Check {
  readonly name = 'analytics-rollups';

  constructor(
    private readonly rebuild: RollUpRebuild,
    private readonly rollUps: RollUpsRepository,
    private readonly events: AnalyticsEventsRepository,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** If an earlier check has found events of the organisation that differ, their roll-ups differ as a consequence. */
  async *compare(found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
    const [counted, recorded] = await Promise.all([
      persistently(() => this.rollUps.organizations()),
      persistently(() => this.events.organizations()),
    ]);
    for (const orgId of new Set([...counted, ...recorded])) {
      const isConsequence = found.concerns([tags.collection(orgId, 'analytics')]);
      for (const day of await this.daysOf(orgId)) {
        const { compared, differences } = await this.compareDay(orgId, day);
        yield { compared, differences: isConsequence ? [] : differences };
      }
    }
  }

  /** Only today's roll-ups, if there are events since then. */
  async *compareRecent(since: Date, found: DifferencesSoFar): AsyncGenerator<ComparedBatch> {
    const day = bucketsOf(this.clock.now()).day;
    for (const orgId of await persistently(() => this.rollUps.organizations())) {
      if (!(await persistently(() => this.events.hasSince(orgId, since)))) continue;
      const { compared, differences } = await this.compareDay(orgId, day);
      const isConsequence = found.concerns([tags.collection(orgId, 'analytics')]);
      yield { compared, differences: isConsequence ? [] : differences };
    }
  }

  async repair({ id }: Difference): Promise<string | null> {
    const key = keyOfRollUp(String(id));
    if (!key || !(await this.rebuild.rebuild(key))) return null;
    await this.cache.invalidate([tags.collection(key.orgId, 'analytics')]);
    return 'counted the events again';
  }

  private async compareDay(orgId: string, day: string): Promise<ComparedBatch> {
    const recounted = await persistently(() => this.rebuild.recount(orgId, day));
    const found = new Map(
      (await persistently(() => this.rollUps.ofDay(orgId, day))).map((rollUp) => [rollUp._id, rollUp]),
    );
    const differences: Difference[] = [];
    const ids = new Set([...recounted.keys(), ...found.keys()]);
    for (const id of ids) {
      if (areEqual(recounted.get(id)?.quarters ?? {}, found.get(id) ?? null)) continue;
      const key = recounted.get(id) ?? keyOfRollUp(id);
      const difference = key && (await this.confirm(key));
      if (difference) differences.push(difference);
    }
    return { compared: ids.size, differences };
  }

  private async confirm(key: RollUpKey): Promise<Difference | null> {
    const compared = await this.differing(key);
    if (!compared) return null;
    const isKnown = totalOf(compared.quarters) > 0;
    const kind = compared.seen === null ? 'missing' : isKnown ? 'different' : 'extra';
    const id = rollUpId(key);
    return {
      kind,
      record: `${ROLL_UPS_COLLECTION}/${id}`,
      id,
      detail: 'count, quarters',
      tags: [tags.collection(key.orgId, 'analytics')],
    };
  }

  /** Null: they agree, or events came all the time. The relay counts an event of the outbox a moment after it has written it. */
  private async differing(key: RollUpKey): ReturnType<RollUpRebuild['compared']> {
    for (let look = 1; ; look += 1) {
      const compared = await persistently(() => this.rebuild.compared(key));
      if (!compared || areEqual(compared.quarters, compared.seen)) return null;
      if (key.source !== 'outbox' || look === LOOKS) return compared;
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  /** Those with roll-ups, and those with events and without one, as far as events are kept. */
  private async daysOf(orgId: string): Promise<string[]> {
    const since = retainedSince(this.clock.now(), this.config.analytics.retentionDays);
    const days = new Set(await persistently(() => this.rollUps.days(orgId)));
    const range = { from: since, to: new Date(this.clock.now().getTime() + 2 * DAY_MS) };
    const missing = await persistently(() => this.events.daysWithout(orgId, range, [...days]));
    const first = bucketsOf(since).day;
    return [...days, ...missing].filter((day) => day >= first).sort();
  }
}

/** A roll-up whose counts are all zero equals a missing one. */
const areEqual = (quarters: Quarters, found: { count: number; quarters: Quarters } | null): boolean =>
  totalOf(quarters) === (found?.count ?? 0) &&
  [...new Set([...Object.keys(quarters), ...Object.keys(found?.quarters ?? {})])].every(
    (quarter) => (quarters[quarter] ?? 0) === (found?.quarters[quarter] ?? 0),
  );

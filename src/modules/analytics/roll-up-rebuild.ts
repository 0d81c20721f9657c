import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { CountJournal } from '../../flows/counting/count-journal.mongo.repository.js';
import { isFromOutbox } from './analytics-event.js';
import { AnalyticsEventsRepository } from './analytics-events.mongo.repository.js';
import { DAY_MS, quarterOf, ROLL_UP_RULE, type RollUp, rollUpId, type RollUpKey } from './roll-up.js';
import { RollUpsRepository } from './roll-ups.mongo.repository.js';

const ATTEMPTS = 50;
const PAUSE_MS = 100;

export type Quarters = Readonly<Record<string, number>>;

export const totalOf = (quarters: Quarters): number =>
  Object.values(quarters).reduce((sum, count) => sum + count, 0);

/** Counts events again and corrects their roll-ups. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class RollUpRebuild {
  constructor(
    private readonly events: AnalyticsEventsRepository,
    private readonly rollUps: RollUpsRepository,
    private readonly journal: CountJournal,
  ) {}

  /** The counts of the events of one UTC day, by roll-up. */
  async recount(orgId: string, day: string): Promise<Map<string, RollUpKey & { quarters: Quarters }>> {
    const counted = new Map<string, RollUpKey & { quarters: Record<string, number> }>();
    const from = new Date(`${day}T00:00:00Z`);
    const range = { names: null, from, to: new Date(from.getTime() + DAY_MS) };
    const fields = ['event_name', 'timestamp', 'message_id'] as const;
    for await (const events of this.events.read(orgId, range, fields)) {
      for (const event of events) {
        const source = isFromOutbox(event) ? 'outbox' : 'api';
        const key: RollUpKey = { orgId, day, eventName: event.event_name, source };
        const known = counted.get(rollUpId(key)) ?? { ...key, quarters: {} };
        const quarter = quarterOf(event.timestamp);
        known.quarters[quarter] = (known.quarters[quarter] ?? 0) + 1;
        counted.set(rollUpId(key), known);
      }
    }
    return counted;
  }

  /**
   * The counts of the roll-up and of the events, at one moment at which no write of the organisation was under way.
   * Null: there was no such moment.
   */
  async compared(key: RollUpKey): Promise<{ seen: RollUp | null; quarters: Quarters } | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const seen = await this.settled(key.orgId, () => this.rollUps.find(rollUpId(key)));
      if (seen !== undefined) {
        const quarters = (await this.recount(key.orgId, key.day)).get(rollUpId(key))?.quarters ?? {};
        const after = await this.settled(key.orgId, () => this.rollUps.find(rollUpId(key)));
        if (after !== undefined && after?.count === seen?.count) return { seen, quarters };
      }
      await pause(PAUSE_MS);
    }
    return null;
  }

  /** Sets one roll-up to the counts of the events. False: events arrived all the time. */
  async rebuild(key: RollUpKey): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const compared = await this.compared(key);
      if (!compared) return false;
      const { orgId, day, eventName } = key;
      const { seen, quarters } = compared;
      const count = totalOf(quarters);
      const rollUp = {
        _id: rollUpId(key),
        organization_id: orgId,
        event_name: eventName,
        day,
        count,
        quarters,
      };
      if (await this.rollUps.replace(rollUp, seen?.count ?? null)) return true;
    }
    return false;
  }

  /** Undefined while writes of the organisation are under way or wait for the recovery. */
  private async settled<T>(orgId: string, read: () => Promise<T>): Promise<T | undefined> {
    const value = await read();
    const open = await this.journal.openWrites(ROLL_UP_RULE, orgId);
    return open.length === 0 ? value : undefined;
  }
}

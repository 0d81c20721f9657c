import type { Count, CountRule } from '../../flows/counting/count-rule.js';
import type { Document } from '../../flows/projections/projection.js';
import { type AnalyticsEvent, bucketsOf } from './analytics-event.js';

export const ROLL_UPS_COLLECTION = 'analytics_rollups';
export const WRITES_COLLECTION = 'analytics_writes';

export const QUARTER_MS = 900_000;
export const DAY_MS = 86_400_000;

/** How many events of one name an organisation has on one UTC day. */
export interface RollUp {
  /** `rollUpId`. */
  _id: string;
  organization_id: string;
  event_name: string;
  /** `2026-11-21`. */
  day: string;
  /** The count of the whole day. It only grows, except when it is corrected. */
  count: number;
  /** By the quarter of an hour, 0 to 95. Every time zone begins its days with a quarter of an hour. */
  quarters: Readonly<Record<string, number>>;
  /** The writes and events that are counted and could still be repeated (`applyOnce`). */
  applied_ids?: readonly string[];
}

type Counted = Pick<AnalyticsEvent, 'organization_id' | 'event_name' | 'timestamp'>;

/**
 * Relays apply events of the outbox one by one, and may repeat them much later. So these events have roll-ups of their
 * own.
 */
export type RollUpSource = 'api' | 'outbox';

/** The key of a roll-up: what it counts. */
export interface RollUpKey {
  orgId: string;
  /** `2026-11-21`. */
  day: string;
  source: RollUpSource;
  eventName: string;
}

export const rollUpId = ({ orgId, day, source, eventName }: RollUpKey): string =>
  `${orgId}:${day}:${source}:${eventName}`;

const ID = /^([^:]+):([^:]+):(api|outbox):(.+)$/s;

/** Null if it is no id of a roll-up. */
export function keyOfRollUp(id: string): RollUpKey | null {
  const [, orgId, day, source, eventName] = ID.exec(id) ?? [];
  if (orgId === undefined || day === undefined || eventName === undefined) return null;
  return { orgId, day, eventName, source: source === 'outbox' ? 'outbox' : 'api' };
}

/** The index of the quarter of an hour within its UTC day. */
export const quarterOf = (moment: Date): number => Math.floor((moment.getTime() % DAY_MS) / QUARTER_MS);

export function countOf({ organization_id, event_name, timestamp }: Counted, source: RollUpSource): Count {
  const { day } = bucketsOf(timestamp);
  return {
    _id: rollUpId({ orgId: organization_id, day, source, eventName: event_name }),
    fields: { organization_id, event_name, day },
    increments: { count: 1, [`quarters.${quarterOf(timestamp)}`]: 1 },
  };
}

/** Events from clients, which arrive directly or through the spool. */
export const ROLL_UP_RULE: CountRule = {
  rollUps: ROLL_UPS_COLLECTION,
  journal: WRITES_COLLECTION,
  countOf: (document: Document) => countOf(document as unknown as AnalyticsEvent, 'api'),
};

import { ACTIVITY_COLLECTION } from '../../../src/modules/activity/activity-log.js';
import { ANALYTICS_COLLECTION, bucketsOf } from '../../../src/modules/analytics/analytics-event.js';
import {
  QUARTER_MS,
  quarterOf,
  type RollUp,
  ROLL_UPS_COLLECTION,
  rollUpId,
} from '../../../src/modules/analytics/roll-up.js';
import { REQUEST_LOGS_COLLECTION } from '../../../src/modules/request-logs/request-log.js';
import { addDocuments, type Ground, idOf, memberOf, momentOf } from '../ground.js';
import { detail, LARGE, LARGEST, list, type Shape } from '../shape.js';

const DAY_MS = 86_400_000;
const NAMES = 20;

/** The activity log: twenty types, one of which is rare. */
export const activity: Shape = {
  name: 'activity',
  large: LARGEST,
  fill: (ground, range) => {
    const entry = (n: number) => ({
      ...{ _id: idOf(ground, n), organization_id: ground.orgId },
      event_type: n % 100 === 99 ? 'rare' : `event_${n % NAMES}`,
      ...{
        user_id: memberOf(ground, n),
        user_email: null,
        actor_id: memberOf(ground, n + 1),
        api_key_id: null,
      },
      ...{ resource_type: `type-${n % 7}`, resource_id: `resource-${n % 997}`, payload: { n } },
      ...{ occurred_at: momentOf(ground, n), recorded_at: momentOf(ground, n), source: 'api' },
    });
    return addDocuments(ground, ACTIVITY_COLLECTION, entry, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('activity', {
        middle: [momentOf(ground, half).toISOString(), idOf(ground, half)],
        filters: [
          'event_type=event_7',
          'event_type=rare',
          `user_id=${memberOf(ground, 3)}`,
          'resource_type=type-3',
          'resource_id=resource-3',
          `actor_id=${memberOf(ground, 3)}`,
          `from=${momentOf(ground, 3_000).toISOString()}`,
          `to=${momentOf(ground, half).toISOString()}`,
          `event_type=event_7&user_id=${memberOf(ground, 3)}`,
        ],
        nothing: [
          'event_type=none',
          `user_id=${ground.orgId}`,
          'resource_type=none',
          'resource_id=none',
          `actor_id=${ground.orgId}`,
          `api_key_id=${ground.orgId}`,
          `to=${momentOf(ground, size * 2).toISOString()}`,
          'event_type=event_7&resource_id=none',
        ],
      }),
      detail('activity/{id}', `activity/${idOf(ground, half)}`),
    ];
  },
};

const eventName = (n: number): string => `Event ${n % NAMES}`;

/** Analytics events with their roll-ups. */
export const analytics: Shape = {
  name: 'analytics',
  large: LARGEST,
  fill: async (ground, range) => {
    const event = (n: number) => ({
      ...{
        _id: idOf(ground, n),
        organization_id: ground.orgId,
        event_name: eventName(n),
        event_category: 'shop',
      },
      ...{ user_id: `user-${n % 500}`, anonymous_id: null, properties: { plan: `plan-${n % 5}` } },
      ...{ message_id: `message-${n}`, timestamp: momentOf(ground, n), received_at: momentOf(ground, n) },
      ...bucketsOf(momentOf(ground, n)),
    });
    await addDocuments(ground, ANALYTICS_COLLECTION, event, range);
    await addRollUps(ground, range[1]);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const last = new Date(Math.floor(ground.nowMs / QUARTER_MS) * QUARTER_MS);
    const from = `from=${new Date(last.getTime() - DAY_MS / 2).toISOString()}&to=${last.toISOString()}`;
    return [
      ...list('analytics/events', {
        middle: [momentOf(ground, half).toISOString(), idOf(ground, half)],
        filters: [
          'event_name=Event+7',
          'user_id=user-7',
          `message_id=message-${half}`,
          `from=${momentOf(ground, 3_000).toISOString()}`,
          `to=${momentOf(ground, half).toISOString()}`,
          'event_name=Event+7&user_id=user-7',
        ],
        nothing: [
          'event_name=none',
          'user_id=nobody',
          'message_id=none',
          `to=${momentOf(ground, size * 2).toISOString()}`,
          'event_name=Event+8&user_id=user-7',
        ],
      }),
      detail('analytics/series', `analytics/series?interval=hour&${from}`, 'half a day'),
      detail(
        'analytics/series',
        `analytics/series?interval=hour&event_name=Event+7&${from}`,
        'half a day of one event',
      ),
      detail('analytics/series', `analytics/series?interval=hour&measure=users&${from}`, 'half a day, users'),
      detail('analytics/top', `analytics/top?${from}`, 'half a day'),
    ];
  },
};

interface Counted extends Omit<RollUp, 'quarters'> {
  quarters: Record<string, number>;
}

/** The counts of all events, as the service would have kept them. */
async function addRollUps(ground: Ground, size: number): Promise<void> {
  const rollUps = new Map<string, Counted>();
  for (let n = 0; n < size; n += 1) {
    const moment = momentOf(ground, n);
    const { day } = bucketsOf(moment);
    const name = { event_name: eventName(n), organization_id: ground.orgId, day };
    const _id = rollUpId({ orgId: ground.orgId, day, source: 'api', eventName: eventName(n) });
    const rollUp: Counted = rollUps.get(_id) ?? { _id, ...name, quarters: {}, count: 0 };
    const quarter = quarterOf(moment);
    const quarters = { ...rollUp.quarters, [quarter]: (rollUp.quarters[quarter] ?? 0) + 1 };
    rollUps.set(_id, { ...rollUp, quarters, count: rollUp.count + 1 });
  }
  const collection = ground.mongo.collection<RollUp>(ROLL_UPS_COLLECTION);
  await collection.deleteMany({ organization_id: ground.orgId });
  await collection.insertMany([...rollUps.values()]);
}

/** Request logs: one in a hundred has failed. */
export const requestLogs: Shape = {
  name: 'request-logs',
  large: LARGE,
  fill: (ground, range) => {
    const log = (n: number) => {
      const isBad = n % 100 === 99;
      return {
        ...{ _id: idOf(ground, n), timestamp: momentOf(ground, n), organization_id: ground.orgId },
        ...{ level: isBad ? 'error' : 'info', user_id: memberOf(ground, n), api_key_id: null },
        ...{ endpoint: `/api/v1/things-${n % 40}`, method: n % 4 === 3 ? 'POST' : 'GET' },
        ...{ status: isBad ? 500 : 200, duration_ms: n % 50, request_id: `request-${n}` },
      };
    };
    return addDocuments(ground, REQUEST_LOGS_COLLECTION, log, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const to = momentOf(ground, 0).toISOString();
    const from = momentOf(ground, 3_000).toISOString();
    return [
      ...list('request-logs', {
        middle: [momentOf(ground, half).toISOString(), idOf(ground, half)],
        filters: [
          'level=info',
          'level=error',
          'endpoint=/api/v1/things-7',
          'method=POST',
          `user_id=${memberOf(ground, 3)}`,
          'status=500',
          `to=${momentOf(ground, half).toISOString()}`,
        ],
        nothing: [
          'level=warn',
          'endpoint=/none',
          'method=TRACE',
          'user_id=nobody',
          'status=418',
          `to=${momentOf(ground, size * 2).toISOString()}`,
        ],
      }),
      detail('request-logs/summary', `request-logs/summary?from=${from}&to=${to}`, '3,000 requests'),
    ];
  },
};

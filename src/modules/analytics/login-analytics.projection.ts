import { tags } from '../../cache/tags.js';
import {
  ANALYTICS_COLLECTION,
  type AnalyticsEvent,
  bucketsOf,
  isFromOutbox,
  OUTBOX_MESSAGE_PREFIX,
} from './analytics-event.js';
import { countOf, ROLL_UPS_COLLECTION } from './roll-up.js';
import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import type { Projection } from '../../flows/projections/projection.js';

/** At most so many logins of an organisation and day are counted between an attempt of the relay and its repeat. */
const REMEMBERED = 2_000;

/** A login is also an analytics event: `user_login` of the category `authentication`. */
export const loginAnalyticsProjection: Projection = {
  name: 'login-analytics',
  handles: ['user.login'],
  writes: (event) => {
    const document = analyticsEventOf(event);
    const { _id, fields, increments } = countOf(document, 'outbox');
    const update = { $inc: increments, $setOnInsert: fields };
    return [
      { collection: ANALYTICS_COLLECTION, insert: document },
      { collection: ROLL_UPS_COLLECTION, applyOnce: { _id, by: event.id, update, remembered: REMEMBERED } },
    ];
  },
  tags: (event) => [tags.collection(event.orgId, 'analytics')],
  compared: {
    check: 'login-analytics',
    collection: ANALYTICS_COLLECTION,
    claimsEvent: isFromOutbox,
    elsewhere: [],
  },
};

const analyticsEventOf = (event: RecordedEvent): AnalyticsEvent => ({
  _id: event.id,
  organization_id: event.orgId,
  event_name: 'user_login',
  event_category: 'authentication',
  user_id: event.subject?.userId ?? null,
  anonymous_id: null,
  properties: event.payload,
  message_id: `${OUTBOX_MESSAGE_PREFIX}${event.id}`,
  timestamp: event.recordedAt,
  received_at: event.recordedAt,
  ...bucketsOf(event.recordedAt),
});

import { tags } from '../../cache/tags.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from './activity-log.js';
import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import type { Projection } from '../../flows/projections/projection.js';

/** Every event has exactly one entry in the activity log, with the event's own id. */
export const activityProjection: Projection = {
  name: 'activity',
  handles: 'every',
  writes: (event) => [{ collection: ACTIVITY_COLLECTION, insert: entryOf(event) }],
  tags: (event) => [tags.collection(event.orgId, 'activity'), tags.entity(event.orgId, 'activity', event.id)],
  compared: {
    check: 'outbox-activity',
    collection: ACTIVITY_COLLECTION,
    claimsEvent: ({ source }) => source === 'outbox',
    // Follows the account although the entry itself stays unchanged, so the check `user-email` compares it.
    elsewhere: ['user_email'],
  },
};

const entryOf = (event: RecordedEvent): ActivityLog => ({
  _id: event.id,
  organization_id: event.orgId,
  event_type: event.type,
  user_id: event.subject?.userId ?? null,
  user_email: event.subject?.email ?? null,
  actor_id: event.actor.userId,
  api_key_id: event.actor.apiKeyId,
  resource_type: event.aggregate.type,
  resource_id: event.aggregate.id,
  payload: event.payload,
  occurred_at: event.recordedAt,
  recorded_at: event.recordedAt,
  source: 'outbox',
});

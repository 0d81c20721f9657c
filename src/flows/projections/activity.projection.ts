import { tags } from '../../cache/tags.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../modules/activity/activity-log.schema.js';
import { EVENT_TYPES, type RecordedEvent } from '../outbox/domain-event.js';
import type { Projection } from './projection.js';

/** Every event has exactly one entry in the activity log, with the event's own id. */
export const activityProjection: Projection = {
  name: 'activity',
  handles: EVENT_TYPES,
  writes: (event) => [{ collection: ACTIVITY_COLLECTION, insert: entryOf(event) }],
  tags: (event) => [tags.collection(event.orgId, 'activity'), tags.entity(event.orgId, 'activity', event.id)],
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

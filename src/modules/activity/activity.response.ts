import type { ActivityLog } from './activity-log.js';
import type { ActivityResponse } from './activity.dto.js';

/** The entry in the form that clients receive. An allow-list, so that a new field cannot leak. */
export const toActivityResponse = (entry: ActivityLog): ActivityResponse => ({
  id: entry._id,
  organization_id: entry.organization_id,
  event_type: entry.event_type,
  user_id: entry.user_id,
  user_email: entry.user_email,
  actor_id: entry.actor_id,
  api_key_id: entry.api_key_id,
  resource_type: entry.resource_type,
  resource_id: entry.resource_id,
  payload: entry.payload,
  source: entry.source,
  occurred_at: entry.occurred_at.toISOString(),
  recorded_at: entry.recorded_at.toISOString(),
});

import type { AnalyticsEvent } from './analytics-event.js';
import type { EventResponse } from './analytics.dto.js';

/** The event in the form that clients receive. An allow-list, so that a new field cannot leak. */
export const toEventResponse = (event: AnalyticsEvent): EventResponse => ({
  id: event._id,
  event_name: event.event_name,
  event_category: event.event_category,
  user_id: event.user_id,
  anonymous_id: event.anonymous_id,
  properties: event.properties,
  message_id: event.message_id,
  timestamp: event.timestamp.toISOString(),
  received_at: event.received_at.toISOString(),
});

import { Schema } from 'mongoose';

import { ANALYTICS_COLLECTION, type AnalyticsEvent } from './analytics-event.js';

const text = { type: String, default: null };

export const analyticsEventSchema = new Schema<AnalyticsEvent>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    event_name: { type: String, required: true },
    event_category: text,
    user_id: text,
    anonymous_id: text,
    properties: { type: Schema.Types.Mixed, required: true },
    message_id: { type: String, required: true },
    timestamp: { type: Date, required: true },
    received_at: { type: Date, required: true },
    day: { type: String, required: true },
    hour: { type: String, required: true },
    write_id: { type: String },
  },
  {
    collection: ANALYTICS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

analyticsEventSchema.index({ organization_id: 1, message_id: 1 }, { unique: true });
analyticsEventSchema.index({ organization_id: 1, timestamp: -1, _id: -1 });
analyticsEventSchema.index({ organization_id: 1, event_name: 1, timestamp: -1, _id: -1 });
analyticsEventSchema.index({ organization_id: 1, user_id: 1, timestamp: -1, _id: -1 });

import { Schema } from 'mongoose';

import { ACTIVITY_COLLECTION, type ActivityLog } from './activity-log.js';

const text = { type: String, default: null };

export const activityLogSchema = new Schema<ActivityLog>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    event_type: { type: String, required: true },
    user_id: text,
    user_email: text,
    actor_id: text,
    api_key_id: text,
    resource_type: text,
    resource_id: text,
    payload: { type: Schema.Types.Mixed, required: true },
    occurred_at: { type: Date, required: true },
    recorded_at: { type: Date, required: true },
    source: { type: String, enum: ['outbox', 'effect', 'api'], required: true },
  },
  {
    collection: ACTIVITY_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

const NEWEST_FIRST = { occurred_at: -1, _id: -1 } as const;

activityLogSchema.index({ organization_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, event_type: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, resource_type: 1, ...NEWEST_FIRST });
// An id belongs to one resource only, so the index does not need the type.
activityLogSchema.index({ organization_id: 1, resource_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, actor_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, api_key_id: 1, ...NEWEST_FIRST });
// The account comes first, because an address change crosses organisations: a person may have entries in several.
activityLogSchema.index({ user_id: 1, organization_id: 1, ...NEWEST_FIRST });

import { Schema } from 'mongoose';

import { LEVELS, REQUEST_LOGS_COLLECTION, type RequestLog } from './request-log.js';

const text = { type: String, default: null };

export const requestLogSchema = new Schema<RequestLog>(
  {
    _id: { type: String, required: true },
    timestamp: { type: Date, required: true },
    level: { type: String, enum: LEVELS, required: true },
    organization_id: text,
    user_id: text,
    api_key_id: text,
    endpoint: { type: String, required: true },
    method: { type: String, required: true },
    status: { type: Number, required: true },
    duration_ms: { type: Number, required: true },
    request_id: { type: String, required: true },
  },
  {
    collection: REQUEST_LOGS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    strict: 'throw',
  },
);

// The three indexes of S1, and the one for lists.
requestLogSchema.index({ timestamp: -1, level: 1 });
requestLogSchema.index({ user_id: 1, timestamp: -1 });
requestLogSchema.index({ endpoint: 1, method: 1 });
requestLogSchema.index({ organization_id: 1, timestamp: -1, _id: -1 });

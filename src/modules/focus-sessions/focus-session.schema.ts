import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { FOCUS_SESSIONS_COLLECTION } from './focus-session.js';

const pauseSchema = new Schema(
  { started_at: { type: Date, required: true }, ended_at: { type: Date, default: null } },
  { _id: false },
);

/** Declares the indexes. The repository writes through the driver. */
export const focusSessionSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    user_id: { type: String, required: true },
    number: { type: Number, required: true },
    session_type: { type: String, required: true },
    planned_duration_seconds: { type: Number, required: true },
    state: { type: String, required: true },
    claimed_seconds: { type: Number, required: true },
    last_tick_at: Date,
    has_new_ticks: Boolean,
    look_at: { type: Date, required: true },
    pauses: { type: [pauseSchema], required: true },
    productivity_rating: { type: Number, default: null },
    version: { type: Number, required: true },
    started_at: { type: Date, required: true },
    ended_at: { type: Date, default: null },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, collection: FOCUS_SESSIONS_COLLECTION },
);
// One active session for each person: see `number`.
focusSessionSchema.index({ organization_id: 1, user_id: 1, number: 1 }, { unique: true });
focusSessionSchema.index({ organization_id: 1, user_id: 1, _id: -1 });
focusSessionSchema.index({ organization_id: 1, user_id: 1, state: 1, _id: -1 });
// For the counts of insights.
focusSessionSchema.index({ organization_id: 1, user_id: 1, started_at: 1 });
// For the erasure of an account, over all organisations.
focusSessionSchema.index({ user_id: 1 });
// For the scheduler, over all organisations.
focusSessionSchema.index({ state: 1, look_at: 1 });
focusSessionSchema.index({ has_new_ticks: 1, state: 1 }, { sparse: true });
carriesEffects(focusSessionSchema);
keepsIdempotency(focusSessionSchema);

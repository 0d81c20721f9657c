import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { MOODS_COLLECTION } from './mood.js';

/** Declares the indexes. The repository writes through the driver. */
export const moodSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    user_id: { type: String, required: true },
    category_id: { type: String, default: null },
    intensity: { type: Number, required: true },
    factors: { type: Array, required: true },
    note: { type: String, default: null },
    recorded_at: { type: Date, required: true },
    version: { type: Number, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, minimize: false, collection: MOODS_COLLECTION },
);
// Begins with the account, because the deletion of an account crosses organisations. Every read excludes removed
// moods. If that condition were not part of the index, SecantusDB would read all moods of the person, whatever the
// range (22 ms for 10,000, compared with 2 ms).
moodSchema.index({ user_id: 1, organization_id: 1, removed_at: 1, recorded_at: -1, _id: -1 });
moodSchema.index({ organization_id: 1 });
carriesEffects(moodSchema);
keepsIdempotency(moodSchema);

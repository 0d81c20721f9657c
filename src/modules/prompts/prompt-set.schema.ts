import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { PROMPT_SETS_COLLECTION } from './prompt-set.js';

/** Declares the indexes. The repository writes through the driver. */
export const promptSetSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    user_id: { type: String, required: true },
    date: { type: String, required: true },
    prompts: { type: Array, required: true },
    created_at: { type: Date, required: true },
  },
  {
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    collection: PROMPT_SETS_COLLECTION,
  },
);
promptSetSchema.index({ organization_id: 1, user_id: 1, date: 1 }, { unique: true });
promptSetSchema.index({ user_id: 1 });
// Finds old sets, over all organisations.
promptSetSchema.index({ date: 1 });
carriesEffects(promptSetSchema);
keepsIdempotency(promptSetSchema);

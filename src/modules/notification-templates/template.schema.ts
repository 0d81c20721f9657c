import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { TEMPLATES_COLLECTION } from './template.js';

/** Declares the indexes. The repository writes through the driver, so that JSON is returned as it was written. */
export const templateSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    key: { type: String, required: true },
    channel: { type: String, required: true },
    draft: Schema.Types.Mixed,
    locales: [String],
    partials: [String],
    published: Schema.Types.Mixed,
    is_changed: { type: Boolean, required: true },
    revision: { type: Number, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  {
    collection: TEMPLATES_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
  },
);

templateSchema.index({ organization_id: 1, key: 1 }, { unique: true });
templateSchema.index({ organization_id: 1, _id: -1 });
templateSchema.index({ organization_id: 1, channel: 1, _id: -1 });
templateSchema.index({ organization_id: 1, partials: 1 });

carriesEffects(templateSchema);
keepsIdempotency(templateSchema);

import { Schema } from 'mongoose';

import { carriesEffects } from '../../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../../idempotency/documents/idempotency-schema.js';
import { PARTIALS_COLLECTION } from '../template.js';

/** Declares the indexes; written through the driver. */
export const templatePartialSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    name: { type: String, required: true },
    variants: Schema.Types.Mixed,
    locales: [String],
    partials: [String],
    revision: { type: Number, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  {
    collection: PARTIALS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
  },
);

templatePartialSchema.index({ organization_id: 1, name: 1 }, { unique: true });
templatePartialSchema.index({ organization_id: 1, _id: -1 });
templatePartialSchema.index({ organization_id: 1, partials: 1 });

carriesEffects(templatePartialSchema);
keepsIdempotency(templatePartialSchema);

import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { DOCUMENT_COUNTS_COLLECTION, DOCUMENTS_COLLECTION } from './document.js';

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false } as const;

/** Declares the indexes. The repository writes through the driver, so that data is returned as it was written. */
export const documentSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    key: { type: String, required: true },
    data: Schema.Types.Mixed,
    version: { type: Number, required: true },
    deleted_at: { type: Date, default: null },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { ...OPTIONS, collection: DOCUMENTS_COLLECTION },
);
documentSchema.index({ organization_id: 1, key: 1 }, { unique: true });
carriesEffects(documentSchema);
keepsIdempotency(documentSchema);

export const documentCountSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    count: { type: Number, required: true },
  },
  { ...OPTIONS, collection: DOCUMENT_COUNTS_COLLECTION },
);

import { Schema } from 'mongoose';

import { TEMPLATE_VERSIONS_COLLECTION } from './template.js';

/** Declares the index; written through the driver. */
export const templateVersionSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    template_id: { type: String, required: true },
    version: { type: Number, required: true },
    published: Schema.Types.Mixed,
  },
  {
    collection: TEMPLATE_VERSIONS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
  },
);

templateVersionSchema.index({ organization_id: 1, template_id: 1, version: -1 }, { unique: true });

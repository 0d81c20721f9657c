import { Schema } from 'mongoose';

import type { FeatureFlag } from './feature-flag.schema.js';

export const FEATURE_VERSIONS_COLLECTION = 'feature_versions';

/** A former version of a flag. It is written before the flag is replaced, and never changed. */
export type FeatureVersion = Readonly<{
  /** `{flag}.{version}`, so that all writers that replace a version write the same document. */
  _id: string;
  organization_id: string;
  flag_id: string;
  version: number;
  /** The whole flag at that version. */
  flag: FeatureFlag;
}>;

export const featureVersionSchema = new Schema<FeatureVersion>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    flag_id: { type: String, required: true },
    version: { type: Number, required: true },
    flag: { type: Schema.Types.Mixed, required: true },
  },
  {
    collection: FEATURE_VERSIONS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

featureVersionSchema.index({ organization_id: 1, flag_id: 1, version: -1 }, { unique: true });

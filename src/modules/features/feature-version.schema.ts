import { Schema } from 'mongoose';

import type { FeatureFlag } from './feature-flag.schema.js';

export const FEATURE_VERSIONS_COLLECTION = 'feature_versions';

/** A version of a flag that is not the current one any more. Written before the flag is replaced; never changed. */
export type FeatureVersion = Readonly<{
  /** `{flag}.{version}`: whoever replaces a version writes the same document. */
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

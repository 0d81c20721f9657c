import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import type { EnvironmentConfig, FlagConfig } from './flag-config.js';
import type { FlagChange } from './flag-change.js';
import type { FlagSchedule } from './schedule/flag-schedule.js';

export const FEATURE_FLAGS_COLLECTION = 'feature_flags';

/** An environment with its name. A name may contain a dot, which should not occur in the name of a MongoDB field. */
export type StoredEnvironment = EnvironmentConfig & { name: string };

/** A feature flag as stored in MongoDB: one document with everything that an evaluation needs. */
export type FeatureFlag = Readonly<
  Omit<FlagConfig, 'environments'> & {
    /** UUIDv7. */
    _id: string;
    organization_id: string;
    key: string;
    environments: readonly StoredEnvironment[];
    /** Counts the changes. A writer replaces only the version that it has read. */
    version: number;
    /** The change that created this version. The older versions are in `feature_versions`. */
    change: FlagChange;
    /** At most one for each environment. Not part of a version. */
    schedules?: readonly FlagSchedule[];
    /** Readers treat the flag as absent. It stays until the activity log has the entry of its deletion. */
    deleted: boolean;
    created_at: Date;
    updated_at: Date;
  }
>;

const { Mixed } = Schema.Types;
const text = { type: String, default: null };

export const featureFlagSchema = new Schema<FeatureFlag>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    key: { type: String, required: true },
    name: { type: String, required: true },
    description: text,
    flag_type: { type: String, required: true },
    default_value: Mixed,
    rollout_percentage: { type: Number, default: null },
    environments: { type: [Mixed], required: true },
    parents: { type: [Mixed], required: true },
    tags: { type: [String], required: true },
    owner: text,
    lifetime_days: { type: Number, default: null },
    stale: { type: Boolean, required: true },
    archived: { type: Boolean, required: true },
    version: { type: Number, required: true },
    change: { type: Mixed, required: true },
    schedules: { type: [Mixed], default: undefined },
    deleted: { type: Boolean, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  {
    collection: FEATURE_FLAGS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

featureFlagSchema.index({ organization_id: 1, key: 1 }, { unique: true });
featureFlagSchema.index({ organization_id: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, tags: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, owner: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, flag_type: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, stale: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, archived: 1, _id: -1 });
featureFlagSchema.index({ organization_id: 1, 'parents.key': 1 });

carriesEffects(featureFlagSchema);
keepsIdempotency(featureFlagSchema);

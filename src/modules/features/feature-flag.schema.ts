import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import type { EnvironmentConfig, FlagConfig } from './flag-config.js';
import type { FlagChange } from './flag-change.js';
import type { FlagSchedule } from './schedule/flag-schedule.js';

export const FEATURE_FLAGS_COLLECTION = 'feature_flags';

/** An environment with its name: a name may hold a dot, which a field's name in MongoDB should not. */
export type StoredEnvironment = EnvironmentConfig & { name: string };

/** A feature flag, as it stands in MongoDB: one document with everything that an evaluation needs of it. */
export type FeatureFlag = Readonly<
  Omit<FlagConfig, 'environments'> & {
    /** UUIDv7. */
    _id: string;
    organization_id: string;
    key: string;
    environments: readonly StoredEnvironment[];
    /** Counts the changes; a writer replaces the version that it has read, or nothing. */
    version: number;
    /** What made this version. The older ones are in `feature_versions`. */
    change: FlagChange;
    /** One for each environment at the most. No part of a version. */
    schedules?: readonly FlagSchedule[];
    /** It is gone for everybody, and stays until the entry of its deletion is in the activity log. */
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
featureFlagSchema.index({ organization_id: 1, 'parents.key': 1 });

carriesEffects(featureFlagSchema);
keepsIdempotency(featureFlagSchema);

import { Schema } from 'mongoose';

export const FEATURE_METRICS_COLLECTION = 'feature_metrics';

/** How often a flag was on and off in one environment and hour, or how often it returned one variant. */
export type FeatureMetric = Readonly<{
  /**
   * A digest of all fields below except the counts, so that every process that counts the same finds the same
   * document.
   */
  _id: string;
  organization_id: string;
  /** SDKs may name flags that do not exist. */
  key: string;
  environment: string;
  /** The beginning of the hour in UTC. */
  hour: Date;
  /** Null: the flag as a whole. */
  variant: string | null;
  yes: number;
  no: number;
}>;

export const featureMetricSchema = new Schema<FeatureMetric>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    key: { type: String, required: true },
    environment: { type: String, required: true },
    hour: { type: Date, required: true },
    variant: { type: String, default: null },
    yes: { type: Number, required: true },
    no: { type: Number, required: true },
  },
  {
    collection: FEATURE_METRICS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    strict: 'throw',
  },
);

featureMetricSchema.index({ organization_id: 1, key: 1, hour: -1 });
featureMetricSchema.index({ organization_id: 1, hour: -1 });
// For the removal of old counts.
featureMetricSchema.index({ hour: 1 });

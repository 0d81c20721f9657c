import { Schema } from 'mongoose';

import { DAILY_ACTIVITY_COLLECTION } from './daily-activity.js';
import { USER_ANALYTICS_COLLECTION } from './user-analytics.js';

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false } as const;

const counts = {
  entries: { type: Number, required: true },
  words: { type: Number, required: true },
  moods: { type: Number, required: true },
  intensity_sum: { type: Number, required: true },
  focus_sessions: { type: Number, required: true },
  focus_seconds: { type: Number, required: true },
} as const;
const owner = {
  _id: { type: String, required: true },
  organization_id: { type: String, required: true },
  user_id: { type: String, required: true },
} as const;

/** Both declare the indexes. The repositories write through the driver. */
export const dailyActivitySchema = new Schema(
  {
    ...owner,
    date: { type: String, required: true },
    ...counts,
    focus_by_hour: { type: [Number], required: true },
    revision: { type: Number, required: true },
  },
  { ...OPTIONS, collection: DAILY_ACTIVITY_COLLECTION },
);
dailyActivitySchema.index({ organization_id: 1, user_id: 1, date: 1 });
// For the erasure of an account, over all organisations.
dailyActivitySchema.index({ user_id: 1 });

export const userAnalyticsSchema = new Schema(
  {
    ...owner,
    time_zone: String,
    totals: new Schema(counts, { _id: false }),
    focus_by_hour: { type: [Number], default: undefined },
    entry_runs: { type: [new Schema({ first: String, days: Number }, { _id: false })], default: undefined },
    marks: Schema.Types.Mixed,
    is_stale: Boolean,
    revision: { type: Number, required: true },
  },
  { ...OPTIONS, collection: USER_ANALYTICS_COLLECTION },
);
userAnalyticsSchema.index({ organization_id: 1, user_id: 1 });
// For an erasure and for a change of the time zone, over all organisations.
userAnalyticsSchema.index({ user_id: 1 });
// Finds the insights that have to be counted again.
userAnalyticsSchema.index({ is_stale: 1 }, { sparse: true });

import { Schema } from 'mongoose';

import { ROLL_UPS_COLLECTION, type RollUp, WRITES_COLLECTION } from './roll-up.js';

const options = { versionKey: false, autoIndex: false, autoCreate: false, strict: 'throw' } as const;

export const rollUpSchema = new Schema<RollUp>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    event_name: { type: String, required: true },
    day: { type: String, required: true },
    count: { type: Number, required: true },
    quarters: { type: Schema.Types.Mixed, required: true },
    applied_ids: { type: [String], default: undefined },
  },
  { ...options, collection: ROLL_UPS_COLLECTION },
);
rollUpSchema.index({ organization_id: 1, day: 1 });
rollUpSchema.index({ organization_id: 1, event_name: 1, day: 1 });

/** The journal of writes that are not counted yet (`CountJournal`). */
export const analyticsWriteSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    document_ids: { type: [String], required: true },
  },
  { ...options, collection: WRITES_COLLECTION },
);
analyticsWriteSchema.index({ organization_id: 1 });

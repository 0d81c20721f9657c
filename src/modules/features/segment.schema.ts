import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import type { Constraint } from './evaluation/unleash-document.js';

export const SEGMENTS_COLLECTION = 'segments';

/** A list of constraints that strategies share. */
export type Segment = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /**
   * Unleash's SDKs identify segments only by numbers. Unique in the organisation. An import keeps the numbers of its
   * segments.
   */
  number: number;
  name: string;
  description: string | null;
  constraints: readonly Constraint[];
  version: number;
  /** Readers treat the segment as absent. It stays until the activity log has the entry of its deletion. */
  deleted: boolean;
  created_at: Date;
  updated_at: Date;
}>;

export const segmentSchema = new Schema<Segment>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    number: { type: Number, required: true },
    name: { type: String, required: true },
    description: { type: String, default: null },
    constraints: { type: [Schema.Types.Mixed], required: true },
    version: { type: Number, required: true },
    deleted: { type: Boolean, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  {
    collection: SEGMENTS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

segmentSchema.index({ organization_id: 1, number: 1 }, { unique: true });
segmentSchema.index({ organization_id: 1, _id: -1 });

carriesEffects(segmentSchema);
keepsIdempotency(segmentSchema);

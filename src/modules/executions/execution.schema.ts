import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { keepsIdempotency } from '../idempotency/documents/idempotency-schema.js';
import { EXECUTION_OUTPUTS_COLLECTION, EXECUTIONS_COLLECTION } from './execution.js';

const OPTIONS = { versionKey: false, autoIndex: false, autoCreate: false, minimize: false } as const;

/**
 * Declares the indexes. The repository writes through the driver, so that inputs and results are returned unchanged.
 */
export const executionSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    name: { type: String, required: true },
    deployment_id: { type: String, default: null },
    input: Schema.Types.Mixed,
    state: { type: String, required: true },
    result: Schema.Types.Mixed,
    exit_code: { type: Number, default: null },
    deadline_at: { type: Date, required: true },
    output_bytes: { type: Number, required: true },
    streams: { type: [String], required: true },
    version: { type: Number, required: true },
    created_by: { type: String, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
  },
  { ...OPTIONS, collection: EXECUTIONS_COLLECTION },
);
executionSchema.index({ organization_id: 1, _id: -1 });
executionSchema.index({ organization_id: 1, state: 1, _id: -1 });
executionSchema.index({ organization_id: 1, deployment_id: 1, _id: -1 });
// Finds those past their deadline, over all organisations.
executionSchema.index({ state: 1, deadline_at: 1 });
carriesEffects(executionSchema);
keepsIdempotency(executionSchema);

export const executionOutputSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    execution_id: { type: String, required: true },
    stream: { type: String, required: true },
    seq: { type: Number, required: true },
    data: { type: String, required: true },
    created_at: { type: Date, required: true },
  },
  { ...OPTIONS, collection: EXECUTION_OUTPUTS_COLLECTION },
);
executionOutputSchema.index({ organization_id: 1, execution_id: 1, stream: 1, seq: 1 }, { unique: true });

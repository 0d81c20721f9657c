import { Schema } from 'mongoose';

import { FILE_CHUNKS_COLLECTION } from './private-file.js';

/** Declares the indexes. The repository writes through the driver. */
export const fileChunkSchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    user_id: { type: String, required: true },
    file_id: { type: String, required: true },
    n: { type: Number, required: true },
    data: { type: Buffer, required: true },
    expires_at: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, autoCreate: false, collection: FILE_CHUNKS_COLLECTION },
);
fileChunkSchema.index({ organization_id: 1, file_id: 1 });
// The deletion of an account, and the retention, over all organisations.
fileChunkSchema.index({ user_id: 1 });
fileChunkSchema.index({ expires_at: 1 });

import { Schema } from 'mongoose';

import type { EarlierVersion } from './message.js';

export const DIRECT_MESSAGES_COLLECTION = 'direct_messages';

/**
 * The document in MongoDB, with the names of S3. `unsynced_since` exists only while PostgreSQL may lack this version.
 */
export interface DirectMessageDocument {
  _id: string;
  organization_id: string;
  conversation_id: string;
  member_id: string | null;
  content: string | null;
  file_url: string | null;
  deleted: boolean;
  version: number;
  client_id: string | null;
  request_hash: string | null;
  versions: EarlierVersion[];
  created_at: Date;
  updated_at: Date;
  unsynced_since?: Date;
}

const text = { type: String, default: null };

export const directMessageSchema = new Schema<DirectMessageDocument>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    conversation_id: { type: String, required: true },
    member_id: text,
    content: text,
    file_url: text,
    deleted: { type: Boolean, required: true },
    version: { type: Number, required: true },
    client_id: text,
    request_hash: text,
    versions: { type: Schema.Types.Mixed, required: true },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
    unsynced_since: Date,
  },
  {
    collection: DIRECT_MESSAGES_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

directMessageSchema.index({ conversation_id: 1, created_at: -1, _id: -1 });
directMessageSchema.index({ organization_id: 1, created_at: -1 });
// The account comes first, because an erasure crosses organisations.
directMessageSchema.index({ member_id: 1, conversation_id: 1 });
directMessageSchema.index(
  { conversation_id: 1, member_id: 1, client_id: 1 },
  { unique: true, partialFilterExpression: { client_id: { $type: 'string' } } },
);
directMessageSchema.index({ unsynced_since: 1 }, { sparse: true });

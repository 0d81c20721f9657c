import { Schema } from 'mongoose';

import { carriesEffects } from '../../flows/effects/effect-schema.js';
import { JOURNAL_COLLECTION } from './journal-entry.js';

/** Declares the indexes. The repository reads and writes through the driver. */
export const journalEntrySchema = new Schema(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    user_id: { type: String, required: true },
    entry_type: { type: String, required: true },
    entry_date: { type: Date, required: true },
    month_day: { type: String, required: true },
    tag_ids: { type: [String], required: true },
    is_favorite: { type: Boolean, required: true },
    mood_id: { type: String, default: null },
    title: { type: String, required: true },
    content: { type: String, required: true },
    photos: Schema.Types.Mixed,
    voice_notes: Schema.Types.Mixed,
    prompt_responses: Schema.Types.Mixed,
    words: { type: Number, required: true },
    tokens: { type: [String], required: true },
    version: { type: Number, required: true },
    deleted_at: { type: Date, default: null },
    created_at: { type: Date, required: true },
    updated_at: { type: Date, required: true },
    recorded_at: { type: Date, required: true },
  },
  { collection: JOURNAL_COLLECTION, versionKey: false, autoIndex: false, autoCreate: false, minimize: false },
);
const newest = { entry_date: -1, _id: -1 } as const;
journalEntrySchema.index({ organization_id: 1, user_id: 1, ...newest });
journalEntrySchema.index({ organization_id: 1, user_id: 1, is_favorite: 1, ...newest });
journalEntrySchema.index({ organization_id: 1, user_id: 1, entry_type: 1, ...newest });
journalEntrySchema.index({ organization_id: 1, user_id: 1, month_day: 1, ...newest });
journalEntrySchema.index({ organization_id: 1, user_id: 1, tag_ids: 1, ...newest });
// Two people never have equal tokens, so the index for the search does not need the owner.
journalEntrySchema.index({ tokens: 1, ...newest });
// For the deletion of a tag and of an account, and for interrupted deletions.
journalEntrySchema.index({ tag_ids: 1 });
journalEntrySchema.index({ user_id: 1 });
journalEntrySchema.index({ deleted_at: 1 });
carriesEffects(journalEntrySchema);

import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import type { ReadEntry } from './journal-entry.js';
import { journalTags } from './journal.events.js';

/** The one effect of a change: its activity entry, which says nothing of what changed. */
export const entryUpdated = (
  actor: Principal,
  { _id, organization_id: orgId }: ReadEntry,
  at: Date,
): Effect =>
  newActivityEffect(actor, {
    event_type: 'journal_entry.updated',
    resource_type: 'journal_entry',
    resource_id: _id,
    tags: journalTags(orgId, _id),
    at,
  });

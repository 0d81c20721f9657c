import type { Principal } from '../../common/http/principal.js';
import type { Effect } from '../../flows/effects/effect.js';
import { newActivityEffect } from '../activity/activity.effects.js';
import { newInsightEffect } from '../insights/insight.effects.js';
import type { ReadEntry } from './journal-entry.js';
import { journalTags } from './journal.events.js';

/** The activity entry of a change, which does not say what changed. */
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

/** Insights count an entry on its date. `dates`: the dates on which it counted before and counts now. */
export const entryCounted = (
  { organization_id: orgId, user_id: userId }: Pick<ReadEntry, 'organization_id' | 'user_id'>,
  dates: readonly string[],
  at: Date,
): Effect => newInsightEffect({ orgId, userId }, { when: dates, at });

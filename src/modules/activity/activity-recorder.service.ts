import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { AddressCorrections } from './address-corrections.js';
import { Ingest } from '../../flows/ingest/ingest.js';
import type { IngestedDocument, IngestOutcome } from '../../flows/ingest/ingested-document.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from './activity-log.js';
import type { RecordActivityDto } from './activity.dto.js';
import { canRecordActivity } from './activity.policy.js';
import { type EmailsByUser, SubjectEmails } from './subject-emails.js';

/** The outcome of one entry. `spooled`: MongoDB is away; the entry is durable and will reach the log. */
export interface Recorded {
  entry: ActivityLog;
  outcome: IngestOutcome;
}

/** Adds entries to the activity log of one organisation. */
@Injectable()
export class ActivityRecorder {
  constructor(
    private readonly ingest: Ingest,
    private readonly emails: SubjectEmails,
    private readonly corrections: AddressCorrections,
    private readonly clock: Clock,
  ) {}

  /**
   * An outcome for each of `inputs`, in their order. `inTransaction`: the entries become durable in the request's
   * transaction, together with its own record. Throws `Forbidden`, and `StoreUnavailable` if no store can take them.
   */
  async record(
    actor: Principal,
    inputs: readonly RecordActivityDto[],
    { inTransaction }: { inTransaction: boolean },
  ): Promise<Recorded[]> {
    assertCan(canRecordActivity(actor));
    if (inputs.length === 0) return [];
    const now = this.clock.now();
    const userIds = inputs.flatMap((input) => input.user_id ?? []);
    const emails = await this.emails.of(actor.orgId, userIds);
    const entries = inputs.map((input) => entryOf(actor, input, emails, now));
    const documents = entries.map(toIngested);
    const outcomes = inTransaction
      ? await this.ingest.acceptInTransaction(documents)
      : await this.ingest.accept(documents);
    const recorded = entries.map((entry, index) => {
      const outcome = outcomes[index];
      if (!outcome) throw new Error('An entry has no outcome');
      return { entry, outcome };
    });
    return inTransaction ? recorded : this.corrected(recorded);
  }

  /**
   * Compares the addresses of what was written once more. A person may have been renamed or deleted since the lookup,
   * and the entries that existed then have followed already. An entry in the spool gets its address when it is
   * delivered.
   */
  private async corrected(recorded: readonly Recorded[]): Promise<Recorded[]> {
    const isAddressed = ({ entry, outcome }: Recorded): boolean =>
      outcome.kind === 'stored' && entry.user_email !== null;
    const addressed = recorded.filter(isAddressed).map(({ entry }) => entry);
    const [orgId] = addressed.map((entry) => entry.organization_id);
    if (orgId === undefined) return [...recorded];
    const emails = await this.emails.of(
      orgId,
      addressed.flatMap((entry) => entry.user_id ?? []),
    );
    const addressOf = ({ user_id: userId }: ActivityLog): string | null =>
      userId === null ? null : emails(userId);
    const outdated = new Set(addressed.filter((entry) => entry.user_email !== addressOf(entry)));
    if (outdated.size === 0) return [...recorded];
    await this.corrections.apply([...outdated].map((entry) => ({ entry, address: addressOf(entry) })));
    return recorded.map(({ entry, outcome }) =>
      outdated.has(entry)
        ? { entry: { ...entry, user_email: addressOf(entry) }, outcome }
        : { entry, outcome },
    );
  }
}

const entryOf = (
  actor: Principal,
  input: RecordActivityDto,
  emails: EmailsByUser,
  now: Date,
): ActivityLog => ({
  _id: newId(),
  organization_id: actor.orgId,
  event_type: input.event_type,
  user_id: input.user_id ?? null,
  user_email: input.user_id === undefined ? null : emails(input.user_id),
  actor_id: actor.userId,
  api_key_id: actor.apiKeyId,
  resource_type: input.resource_type ?? null,
  resource_id: input.resource_id ?? null,
  payload: input.payload,
  occurred_at: input.occurred_at === undefined ? now : new Date(input.occurred_at),
  recorded_at: now,
  source: 'api',
});

const toIngested = (entry: ActivityLog): IngestedDocument => ({
  orgId: entry.organization_id,
  collection: ACTIVITY_COLLECTION,
  aggregate: JSON.stringify([ACTIVITY_COLLECTION, entry.organization_id, ...aboutOf(entry)]),
  document: entry,
  subjectUserId: entry.user_email === null ? null : entry.user_id,
  tags: [tags.collection(entry.organization_id, 'activity')],
});

/** The subject of the entry: its resource, else its user. An entry with neither has a subject of its own. */
function aboutOf({ _id, resource_type, resource_id, user_id }: ActivityLog): string[] {
  if (resource_id !== null) return ['resource', resource_type ?? '', resource_id];
  return user_id === null ? ['entry', _id] : ['user', user_id];
}

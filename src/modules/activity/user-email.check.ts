import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { ACTIVITY_COLLECTION } from './activity-log.js';
import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import { AccountsOfRecord, type Origins } from './accounts.pg.read-model.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { tagsOfDocument } from '../../flows/reconciliation/document-tags.js';
import { DocumentWalk } from '../../flows/reconciliation/document-walk.mongo.repository.js';
import {
  Documents,
  type FoundDocument,
  type KeyedDocument,
} from '../../flows/reconciliation/documents.mongo.repository.js';
import {
  accountOf,
  unprovenBelonging,
  emailToShow,
  ENTRY_EXAMPLE,
  ENTRY_FIELDS,
  homeOf,
  isProvenByHistory,
  isRightEmail,
} from './entry-origin.js';
import { EventHistory } from '../../flows/reconciliation/event-history.pg.repository.js';
import type { KeyRange } from '../../flows/reconciliation/key-slices.js';

/**
 * Checks what activity entries repeat of accounts: the address of the person they are about, and the organisation of
 * the actor.
 */
@Injectable()
export class UserEmailCheck implements Check {
  readonly name = 'user-email';

  constructor(
    private readonly accounts: AccountsOfRecord,
    private readonly walk: DocumentWalk,
    private readonly documents: Documents,
    private readonly history: EventHistory,
    private readonly cache: TaggedCache,
  ) {}

  compare(): AsyncGenerator<ComparedBatch> {
    return this.compareSince(null);
  }

  compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since);
  }

  async repair({ id }: Difference): Promise<string | null> {
    const entry = await this.documents.one(ACTIVITY_COLLECTION, id, ENTRY_FIELDS);
    if (!entry) return 'found it gone already';
    const origins = await this.accounts.originsOf([entry]);
    const unproven = await this.isUnproven(entry, origins);
    const orgId = unproven ? homeOf(entry, origins) : entry['organization_id'];
    if (orgId === null) return null;
    const event = (await this.history.byIds([String(id)])).get(String(id))?.event ?? null;
    const shown = { ...entry, organization_id: orgId };
    const fields = {
      ...(isAsRecorded(entry, origins, event) ? {} : { user_email: emailToShow(shown, origins, event) }),
      ...(unproven ? { organization_id: orgId } : {}),
    };
    if (Object.keys(fields).length === 0) return 'found it right already';
    await this.documents.set(ACTIVITY_COLLECTION, id, fields);
    await this.cache.invalidate([
      ...tagsOfDocument('activity', entry),
      ...tagsOfDocument('activity', { ...entry, ...fields }),
    ]);
    return `set ${Object.keys(fields).join(' and ')} to what PostgreSQL says`;
  }

  private async *compareSince(since: Date | null): AsyncGenerator<ComparedBatch> {
    const beginning = await this.history.beginning();
    const overviews = this.walk.overviews(ACTIVITY_COLLECTION, ENTRY_EXAMPLE, since);
    for await (const { keys, count, examples } of overviews) {
      const isRight = examples !== null && (await this.faulty(examples, beginning)).length === 0;
      if (isRight) yield { compared: count, differences: [] };
      else yield* this.compareEach(keys, beginning);
    }
  }

  private async *compareEach(keys: KeyRange, beginning: string): AsyncGenerator<ComparedBatch> {
    for await (const entries of this.walk.within(ACTIVITY_COLLECTION, ENTRY_FIELDS, keys)) {
      const faulty = await this.faulty(entries, beginning);
      yield { compared: entries.length, differences: await this.confirm(faulty, beginning) };
    }
  }

  private async faulty(entries: readonly KeyedDocument[], beginning: string): Promise<KeyedDocument[]> {
    const origins = await this.accounts.originsOf(entries);
    return entries.filter((entry) => faultsOf(entry, origins, beginning).length > 0);
  }

  /**
   * Reads the account, then the entry, then the account again. If the account is unchanged and none of its events is
   * under way, nothing is about to change the entry.
   */
  private async confirm(suspects: readonly KeyedDocument[], beginning: string): Promise<Difference[]> {
    if (suspects.length === 0) return [];
    const before = await this.accounts.originsOf(suspects);
    const ids = suspects.map(({ _id }) => _id);
    const entries = await this.documents.byIds(ACTIVITY_COLLECTION, ids, ENTRY_FIELDS);
    const after = await this.accounts.originsOf([...entries.values()]);
    const events = await this.history.byIds(ids);
    const found: Difference[] = [];
    for (const entry of entries.values()) {
      if (isInFlight(entry, before, after)) continue;
      const faults = new Set(faultsOf(entry, after, beginning));
      if (isAsRecorded(entry, after, events.get(entry._id)?.event ?? null)) faults.delete('user_email');
      if (faults.has('organization_id') && !(await this.isUnproven(entry, after)))
        faults.delete('organization_id');
      if (faults.size > 0) found.push(differenceOf(entry, [...faults]));
    }
    return found;
  }

  private async isUnproven(entry: FoundDocument, origins: Origins): Promise<boolean> {
    const unproven = unprovenBelonging(entry, origins);
    if (!unproven) return false;
    if (isProvenByHistory(entry, unproven, origins, await this.accounts.everSeen([unproven]))) return false;
    // Asked last, so that entries whose events the retention has dropped meanwhile are not reported.
    return !isOlder(entry, await this.history.beginning());
  }
}

/** If the entry was made from an event, that event has the present address. */
const isAsRecorded = (entry: FoundDocument, origins: Origins, event: RecordedEvent | null): boolean =>
  event ? (entry['user_email'] ?? null) === (event.subject?.email ?? null) : isRightEmail(entry, origins);

/** Older entries may name people whose departure is no longer in the log. */
const isOlder = ({ _id }: FoundDocument, beginning: string): boolean =>
  typeof _id === 'string' && _id < beginning;

function faultsOf(entry: FoundDocument, origins: Origins, beginning: string): string[] {
  const isElsewhere = !isOlder(entry, beginning) && unprovenBelonging(entry, origins) !== null;
  return [
    ...(isRightEmail(entry, origins) ? [] : ['user_email']),
    ...(isElsewhere ? ['organization_id'] : []),
  ];
}

function isInFlight({ user_id: userId }: FoundDocument, before: Origins, after: Origins): boolean {
  const [then, now] = [accountOf(userId, before), accountOf(userId, after)];
  return then?.email !== now?.email || (then?.isInFlight ?? false) || (now?.isInFlight ?? false);
}

const differenceOf = (entry: FoundDocument, fields: readonly string[]): Difference => ({
  kind: 'different',
  record: `${ACTIVITY_COLLECTION}/${String(entry._id)}`,
  id: entry._id,
  detail: fields.join(', '),
  tags: tagsOfDocument('activity', entry),
});

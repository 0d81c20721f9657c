import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import { type Account, type Belonging, belongingKey, type Origins } from './accounts.pg.read-model.js';
import type { FoundDocument } from '../../flows/reconciliation/documents.mongo.repository.js';

/** What an activity entry repeats of PostgreSQL's records, and the ids by which it names them. */
const REPEATED = ['organization_id', 'user_id', 'user_email', 'actor_id', 'api_key_id', 'source'] as const;

/** What tells whether that is right. */
export const ENTRY_FIELDS = [...REPEATED, 'recorded_at'] as const;

/** Of entries that repeat the same, that which was recorded last is wrong where any is: only an old one may be without an address. */
export const ENTRY_EXAMPLE = { same: REPEATED, greatest: ['recorded_at'] } as const;

/** The clocks of the service and of PostgreSQL, and a look-up that was under way. */
const TOLERANCE_MS = 60_000;

/** An id of any case: a client may write one so, and the look-up of the address accepts it. */
export const accountOf = (id: unknown, { accounts }: Origins): Account | null =>
  typeof id === 'string' ? (accounts.get(id.toLowerCase()) ?? null) : null;

/**
 * The address that an entry about an account has to show. Of an entry of the API, an address is looked up in the
 * organisation: somebody who was no member then, or is none any more, may be without one.
 */
export function isRightEmail(entry: FoundDocument, origins: Origins): boolean {
  const { user_email: shown = null, organization_id: orgId, recorded_at: recordedAt } = entry;
  const account = accountOf(entry['user_id'], origins);
  if (!account || account.email === null) return shown === null;
  if (shown === account.email) return true;
  if (shown !== null || entry['source'] !== 'api') return false;
  const since = typeof orgId === 'string' ? account.memberSince.get(orgId) : undefined;
  const at = recordedAt instanceof Date ? recordedAt.getTime() : Infinity;
  return since === undefined || at < since + TOLERANCE_MS;
}

/**
 * The address to show instead of a wrong one. `event`: the one that the entry was made of, which knows it. An
 * organisation must not learn the address of a stranger, so an entry of the API gets that of a member alone.
 */
export function emailToShow(
  { user_id: userId, organization_id: orgId }: FoundDocument,
  origins: Origins,
  event: RecordedEvent | null,
): string | null {
  if (event) return event.subject?.email ?? null;
  const account = accountOf(userId, origins);
  return typeof orgId === 'string' && account?.memberSince.has(orgId) ? account.email : null;
}

/** Who acted in which organisation, where PostgreSQL does not say at once that it is theirs; null where it does. */
export function doubtfulBelonging(entry: FoundDocument, origins: Origins): Belonging | null {
  const { organization_id: orgId, actor_id: userId, source } = entry;
  if (source !== 'api' || typeof userId !== 'string') return null;
  const home = homeOfKey(entry, origins);
  if (home !== null) return home === orgId ? null : { orgId: String(orgId), userId };
  const account = accountOf(userId, origins);
  if (!account || account.email === null) return null;
  const isMember = typeof orgId === 'string' && account.memberSince.has(orgId);
  return isMember ? null : { orgId: String(orgId), userId };
}

/** Whether a doubt is dispelled: people leave organisations, and the event log remembers that they were there. */
export const isDispelled = (
  entry: FoundDocument,
  doubt: Belonging,
  origins: Origins,
  everSeen: ReadonlySet<string>,
): boolean => homeOfKey(entry, origins) === null && everSeen.has(belongingKey(doubt));

/** The only organisation that an entry of the API can be of; null where there are several, or nobody can tell. */
export function homeOf(entry: FoundDocument, origins: Origins): string | null {
  const ofKey = homeOfKey(entry, origins);
  if (ofKey !== null) return ofKey;
  const orgIds = [...(accountOf(entry['actor_id'], origins)?.memberSince.keys() ?? [])];
  return orgIds.length === 1 ? (orgIds[0] ?? null) : null;
}

const homeOfKey = ({ api_key_id: keyId }: FoundDocument, { organizationsOfKeys }: Origins): string | null =>
  typeof keyId === 'string' ? (organizationsOfKeys.get(keyId) ?? null) : null;

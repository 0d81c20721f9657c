import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import { type Account, type Belonging, belongingKey, type Origins } from './accounts.pg.read-model.js';
import type { FoundDocument } from '../../flows/reconciliation/documents.mongo.repository.js';

/** The values of PostgreSQL's records that an activity entry repeats, and the ids by which it names those records. */
const REPEATED = ['organization_id', 'user_id', 'user_email', 'actor_id', 'api_key_id', 'source'] as const;

/** The fields that are needed to check those values. */
export const ENTRY_FIELDS = [...REPEATED, 'recorded_at'] as const;

/**
 * Of entries that repeat the same values, the one that was recorded last is wrong if any is, because only an old entry
 * may be without an address.
 */
export const ENTRY_EXAMPLE = { same: REPEATED, greatest: ['recorded_at'] } as const;

/**
 * Allows for the difference between the clocks of the service and of PostgreSQL, and for a lookup that was under way.
 */
const TOLERANCE_MS = 60_000;

/** Accepts an id in any case, because a client may write one so, and the lookup of the address accepts it. */
export const accountOf = (id: unknown, { accounts }: Origins): Account | null =>
  typeof id === 'string' ? (accounts.get(id.toLowerCase()) ?? null) : null;

/**
 * Whether an entry about an account shows the right address. The address of an entry of the API is looked up in the
 * organisation, so a person who was no member then, or is none now, may be without one.
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
 * The address that replaces a wrong one. `event`: the event from which the entry was made, which contains the address.
 * For an entry of the API only a member's address is used, because an organisation must not learn the address of a
 * stranger.
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

/**
 * The actor and the organisation of an entry, if PostgreSQL does not show directly that the actor belongs to it. Null
 * if it does.
 */
export function unprovenBelonging(entry: FoundDocument, origins: Origins): Belonging | null {
  const { organization_id: orgId, actor_id: userId, source } = entry;
  if (source !== 'api' || typeof userId !== 'string') return null;
  const home = homeOfKey(entry, origins);
  if (home !== null) return home === orgId ? null : { orgId: String(orgId), userId };
  const account = accountOf(userId, origins);
  if (!account || account.email === null) return null;
  const isMember = typeof orgId === 'string' && account.memberSince.has(orgId);
  return isMember ? null : { orgId: String(orgId), userId };
}

/**
 * Whether the actor belonged to the organisation after all. People leave organisations, but the event log shows that
 * they were there.
 */
export const isProvenByHistory = (
  entry: FoundDocument,
  unproven: Belonging,
  origins: Origins,
  everSeen: ReadonlySet<string>,
): boolean => homeOfKey(entry, origins) === null && everSeen.has(belongingKey(unproven));

/**
 * The only organisation to which an entry of the API can belong. Null if there are several, or if none can be
 * determined.
 */
export function homeOf(entry: FoundDocument, origins: Origins): string | null {
  const ofKey = homeOfKey(entry, origins);
  if (ofKey !== null) return ofKey;
  const orgIds = [...(accountOf(entry['actor_id'], origins)?.memberSince.keys() ?? [])];
  return orgIds.length === 1 ? (orgIds[0] ?? null) : null;
}

const homeOfKey = ({ api_key_id: keyId }: FoundDocument, { organizationsOfKeys }: Origins): string | null =>
  typeof keyId === 'string' ? (organizationsOfKeys.get(keyId) ?? null) : null;

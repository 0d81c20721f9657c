import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent, EventType } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';
import type { User, UserChanges } from './user.js';

type Subject = Pick<User, 'id' | 'email'>;

/** Every organisation that an account belongs to (`orgIds`) shows it, so each has it in its cache. */
const accountTags = (orgIds: readonly string[], userId: string): string[] =>
  orgIds.flatMap((orgId) => [tags.entity(orgId, 'users', userId), tags.collection(orgId, 'users')]);

const byActor = (actor: Principal, type: EventType, user: Subject) => ({
  type,
  aggregate: { type: 'user' as const, id: user.id },
  orgId: actor.orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: { userId: user.id, email: user.email },
});

export const userCreated = (actor: Principal, user: User): DomainEvent => ({
  ...byActor(actor, 'user.created', user),
  payload: { role: user.role },
  tags: accountTags([actor.orgId], user.id),
});

/** Contains the names of the changed fields. Their values are personal data and stay in PostgreSQL. */
export const userUpdated = (
  actor: Principal,
  user: User,
  changes: UserChanges,
  orgIds: readonly string[],
): DomainEvent => ({
  ...byActor(actor, 'user.updated', user),
  payload: { changed: changedFields(changes) },
  tags: [...accountTags(orgIds, user.id), principalTag(user.id)],
});

/** The account as others see it does not change, but its sessions end. */
export const passwordChanged = (actor: Principal, user: Subject): DomainEvent => ({
  ...byActor(actor, 'user.updated', user),
  payload: { changed: ['password'] },
  tags: [principalTag(user.id)],
});

/** `goneWithIt`: the tags of the records that were deleted together with the account. */
export const userDeleted = (
  actor: Principal,
  user: User,
  orgIds: readonly string[],
  goneWithIt: readonly string[],
): DomainEvent => ({
  ...byActor(actor, 'user.deleted', user),
  payload: {},
  tags: [...accountTags(orgIds, user.id), principalTag(user.id), ...goneWithIt],
});

/** The actor is the user, in the organisation that the session acts in. */
const bySession = (type: EventType, orgId: string, user: Subject, sessionId: string) => ({
  type,
  aggregate: { type: 'user' as const, id: user.id },
  orgId,
  actor: { userId: user.id, apiKeyId: null },
  subject: { userId: user.id, email: user.email },
  payload: { session_id: sessionId },
});

/** `last_login_at` is part of the account. */
export const userLoggedIn = (
  orgId: string,
  user: Subject,
  sessionId: string,
  orgIds: readonly string[],
): DomainEvent => ({
  ...bySession('user.login', orgId, user, sessionId),
  tags: [...accountTags(orgIds, user.id), principalTag(user.id)],
});

export const userLoggedOut = (orgId: string, user: Subject, sessionId: string): DomainEvent => ({
  ...bySession('user.logout', orgId, user, sessionId),
  tags: [principalTag(user.id)],
});

function changedFields(changes: UserChanges): string[] {
  const { passwordHash, timeZone, ...fields } = changes;
  return [
    ...Object.keys(fields),
    ...(timeZone === undefined ? [] : ['time_zone']),
    ...(passwordHash === undefined ? [] : ['password']),
  ];
}

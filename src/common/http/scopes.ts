import { Forbidden } from '../errors/kinds.js';
import type { MemberRole, Principal } from './principal.js';

export const ACCESSES = ['read', 'write', 'admin'] as const;
export type Access = (typeof ACCESSES)[number];

const RANK: Readonly<Record<MemberRole, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };
const GRANTED_BY: Readonly<Record<Access, readonly Access[]>> = {
  read: ['read', 'write', 'admin'],
  write: ['write', 'admin'],
  admin: ['admin'],
};

/** Whether one role is at least the other. */
export const isAtLeast = (role: MemberRole, lowest: MemberRole): boolean => RANK[role] >= RANK[lowest];

/** Whether the membership role is at least `role`. */
export const hasRole = (actor: Principal, role: MemberRole): boolean => isAtLeast(actor.role, role);

/** Whether the caller's membership role is above `role`. */
export const isAbove = (actor: Principal, role: MemberRole): boolean => RANK[actor.role] > RANK[role];

/** What is private to a person. A key opens it for its creator alone, and only where its scopes name it: `*` does not. */
export const PRIVATE_RESOURCES = [
  'exports',
  'imports',
  'focus-sessions',
  'insights',
  'journal',
  'moods',
  'prompts',
  'tags',
] as const;
export type PrivateResource = (typeof PRIVATE_RESOURCES)[number];

export const isPrivate = (resource: string): boolean => PRIVATE_RESOURCES.some((known) => known === resource);

/** Whether these scopes, as an API key has them, include an access to a resource. */
export const coversScope = (scopes: readonly string[], resource: string, access: Access): boolean =>
  (scopes.includes('*') && !isPrivate(resource)) ||
  GRANTED_BY[access].some((granted) => scopes.includes(`${resource}:${granted}`));

/** Whether an API key's scopes cover the access. Users are limited by their role only. */
export const hasScope = (actor: Principal, resource: string, access: Access): boolean =>
  actor.scopes === null || coversScope(actor.scopes, resource, access);

/** The same for what is private to a person. The caller still has to look for records of `actor.userId`. */
export const hasNamedScope = (actor: Principal, resource: PrivateResource, access: Access): boolean =>
  hasScope(actor, resource, access);

/** A logged-in person: neither a key nor the quickstart's visitor without a credential. */
export const hasSession = (actor: Principal): boolean => actor.kind === 'user';

/**
 * An administrator of the platform, in person. A key or a visitor never has the platform role, not even a key that an
 * administrator created.
 */
export const isPlatformAdmin = (actor: Principal): boolean =>
  hasSession(actor) && actor.platformRole === 'admin';

/** Throws `Forbidden` unless the policy allows the action. */
export function assertCan(allowed: boolean): void {
  if (!allowed) throw new Forbidden();
}

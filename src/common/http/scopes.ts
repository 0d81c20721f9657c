import { Forbidden } from '../errors/kinds.js';
import type { MemberRole, Principal } from './principal.js';

export type Access = 'read' | 'write' | 'admin';

const RANK: Readonly<Record<MemberRole, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };
const GRANTED_BY: Readonly<Record<Access, readonly Access[]>> = {
  read: ['read', 'write', 'admin'],
  write: ['write', 'admin'],
  admin: ['admin'],
};

/** Whether the membership role is at least `role`. */
export const hasRole = (actor: Principal, role: MemberRole): boolean => RANK[actor.role] >= RANK[role];

/** Whether an API key's scopes cover it; users are bounded by their role alone. */
export const hasScope = (actor: Principal, resource: string, access: Access): boolean =>
  actor.scopes === null ||
  actor.scopes.includes('*') ||
  GRANTED_BY[access].some((granted) => actor.scopes?.includes(`${resource}:${granted}`));

/** Throws `Forbidden` unless the policy said yes. */
export function assertCan(allowed: boolean): void {
  if (!allowed) throw new Forbidden();
}

import type { MemberRole } from '../../../src/common/http/principal.js';
import type { AccessRow } from './access-row.js';

/** What an answer says of the caller's rights. */
export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden' | 'absent';

/** A caller as far as rights go. `scopes: null`: a session. */
export interface CallerKind {
  isValid: boolean;
  isForeign: boolean;
  isOperator: boolean;
  role: MemberRole;
  scopes: readonly string[] | null;
}

const RANK: Readonly<Record<MemberRole, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };
const COVERS: Readonly<Record<string, readonly string[]>> = {
  read: ['read', 'write', 'admin'],
  write: ['write', 'admin'],
  admin: ['admin'],
};

/** The verdicts of which the route has to give one. */
export function verdictsFor(row: AccessRow, path: string, caller: CallerKind): readonly Verdict[] {
  if (row.role === 'public') return ['allowed'];
  if (!caller.isValid || (row.isForKeysAlone && caller.scopes === null)) return ['unauthenticated'];
  if (row.role === 'operator')
    return caller.isOperator && caller.scopes === null ? ['allowed'] : ['forbidden'];
  const isCovered = covers(row, caller.scopes) && RANK[caller.role] >= RANK[row.role];
  const isOfCaller = !caller.isForeign || !path.includes('{') || row.makesItsOwn || row.isShared;
  if (isOfCaller) return [isCovered ? 'allowed' : 'forbidden'];
  if (row.isOpenToOperators && caller.isOperator) return ['allowed'];
  // Where the caller may not do it anywhere, the record need not be looked for.
  return isCovered ? ['absent'] : ['absent', 'forbidden'];
}

function covers({ key = 'session', isNamedScope }: AccessRow, scopes: readonly string[] | null): boolean {
  if (scopes === null || key === 'any') return true;
  if (key === 'session') return false;
  const [resource = '', access = ''] = key.split(':');
  return (
    (scopes.includes('*') && !isNamedScope) ||
    (COVERS[access] ?? []).some((granted) => scopes.includes(`${resource}:${granted}`))
  );
}

/** What the status of an answer says. Null: neither a refusal nor what the row calls success. */
export function verdictOf(status: number, { allowed }: AccessRow): Verdict | null {
  if (allowed ? allowed.includes(status) : status >= 200 && status < 300) return 'allowed';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'absent' : null;
}

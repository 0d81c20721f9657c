import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import type { AccessRow, Asking } from './access-row.js';
import type { CallerKind } from './verdict.js';

/** One caller of the matrix. `token: null` is no credential at all. */
export interface Caller extends CallerKind {
  name: string;
  token: string | null;
  asking: Asking;
}

const DAY_MS = 86_400_000;

/** The accounts that ask, made once for many routes. */
export interface Accounts {
  owner: Tenant;
  admin: Tenant;
  member: Tenant;
  viewer: Tenant;
  ended: Tenant;
  foreign: Tenant;
  operator: Tenant;
}

export async function seedAccounts(app: NestFastifyApplication, owner: Tenant): Promise<Accounts> {
  const { orgId } = owner;
  const ended = await seedTenant(app, { orgId, role: 'owner' });
  await app.get(Postgres).sql`delete from sessions where user_id = ${ended.userId}`;
  return {
    owner: await seedTenant(app, { orgId, role: 'owner' }),
    admin: await seedTenant(app, { orgId, role: 'admin' }),
    member: await seedTenant(app, { orgId, role: 'member' }),
    viewer: await seedTenant(app, { orgId, role: 'viewer' }),
    ended,
    foreign: await seedTenant(app),
    operator: await seedTenant(app, { platformRole: 'admin' }),
  };
}

/** The resource whose scopes the keys of a row have; one that the route does not ask for, where it asks for none. */
const resourceOf = ({ key = 'session' }: AccessRow): string =>
  key === 'any' || key === 'session' ? 'users' : (key.split(':')[0] ?? '');

/** Every caller that a row is tried with. */
export async function callersOf(
  app: NestFastifyApplication,
  accounts: Accounts,
  row: AccessRow,
): Promise<Caller[]> {
  const { owner, admin, member, viewer, ended, foreign, operator } = accounts;
  const resource = resourceOf(row);
  const foreignTo = resource === 'activity' ? 'users' : 'activity';
  const key = (scopes: readonly string[], end = {}, creator = owner) => seedKey(app, creator, scopes, end);
  const past = new Date(Date.now() - DAY_MS);
  const session = { isValid: true, isForeign: false, isOperator: false, scopes: null };
  const made = (name: string, account: Tenant, token: string | null, kind: Omit<CallerKind, 'isForeign'>) => {
    const isForeign = account.orgId !== owner.orgId;
    return { ...kind, name, token, isForeign, asking: { ...account, isForeign } };
  };
  const ofKey = async (
    name: string,
    scopes: readonly string[],
    more: { end?: object; creator?: Tenant } = {},
  ): Promise<Caller> => {
    const isValid = more.end === undefined;
    const kind = { ...session, isValid, role: 'owner' as const, scopes };
    return made(name, more.creator ?? owner, await key(scopes, more.end, more.creator), kind);
  };
  return [
    made('no credential', owner, null, { ...session, isValid: false, role: 'owner' }),
    made('an ended session', ended, ended.token, { ...session, isValid: false, role: 'owner' }),
    made('a viewer', viewer, viewer.token, { ...session, role: 'viewer' }),
    made('a member', member, member.token, { ...session, role: 'member' }),
    made('an admin', admin, admin.token, { ...session, role: 'admin' }),
    made('an owner', owner, owner.token, { ...session, role: 'owner' }),
    await ofKey('a key that may only read', [`${resource}:read`]),
    await ofKey('a key that may only write', [`${resource}:write`]),
    await ofKey('a key with the admin scope', [`${resource}:admin`]),
    await ofKey('a key with every scope', ['*']),
    await ofKey('a key without the scope', [`${foreignTo}:admin`]),
    await ofKey('a revoked key', ['*'], { end: { revokedAt: past } }),
    await ofKey('an expired key', ['*'], { end: { expiresAt: past } }),
    await ofKey('a key of another tenant', ['*'], { creator: foreign }),
    made('a platform admin of another organisation', operator, operator.token, {
      ...{ ...session, isOperator: true, role: 'owner' },
    }),
  ];
}

import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant } from '../../factories/tenant.js';
import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

const theOrganization: AccessRow['ids'] = ({ owner }) => owner.orgId;
const newOrganization = () => ({ name: 'Acme', slug: `acme-${newId()}` });

/** A member that another organisation manages, so that the membership can end. */
async function aGuest({ app, owner }: AccessWorld): Promise<string> {
  const guest = await seedTenant(app);
  await joined({ app, owner }, guest.userId);
  return guest.userId;
}

/** An account that this organisation manages, and that is no member of it now. */
async function aFormerMember({ app, owner }: Pick<AccessWorld, 'app' | 'owner'>) {
  const { email, userId } = await seedTenant(app, { orgId: owner.orgId, role: 'member' });
  await app.get(Postgres).sql`delete from memberships where user_id = ${userId}`;
  return { email, role: 'member' };
}

const joined = ({ app, owner }: Pick<AccessWorld, 'app' | 'owner'>, userId: string) =>
  app.get(Postgres).sql`
    insert into memberships (organization_id, user_id, role) values (${owner.orgId}, ${userId}, 'member')`;

const organizationAndGuest: AccessRow['ids'] = async (world) => [world.owner.orgId, await aGuest(world)];

const organizationAndInvitation: AccessRow['ids'] = async ({ create, owner }) => [
  owner.orgId,
  await create(`/api/v1/organizations/${owner.orgId}/members`, { email: `${newId()}@example.com` }),
];

export const rows: AccessRows = {
  'POST /api/v1/organizations': { role: 'viewer', key: 'session', body: newOrganization },
  'GET /api/v1/organizations': { role: 'viewer', key: 'organizations:read' },
  'GET /api/v1/organizations/{id}': {
    role: 'viewer',
    key: 'organizations:read',
    ids: theOrganization,
  },
  'PATCH /api/v1/organizations/{id}': {
    role: 'admin',
    key: 'organizations:write',
    ids: theOrganization,
    body: () => ({ name: 'Acme Inc.' }),
  },
  // It manages accounts still.
  'DELETE /api/v1/organizations/{id}': {
    role: 'owner',
    key: 'organizations:admin',
    ids: theOrganization,
    allowed: [409],
  },
  'GET /api/v1/organizations/{id}/members': {
    role: 'viewer',
    key: 'organizations:read',
    ids: theOrganization,
  },
  'POST /api/v1/organizations/{id}/members': {
    role: 'admin',
    key: 'organizations:admin',
    ids: theOrganization,
    body: aFormerMember,
  },
  'POST /api/v1/organizations/{id}/members #invitation': {
    role: 'admin',
    key: 'organizations:admin',
    ids: theOrganization,
    body: () => ({ email: `${newId()}@example.com`, role: 'member' }),
    allowed: [202],
  },
  'GET /api/v1/organizations/{id}/invitations': {
    role: 'admin',
    key: 'organizations:admin',
    ids: theOrganization,
  },
  'DELETE /api/v1/organizations/{id}/invitations/{invitation_id}': {
    role: 'admin',
    key: 'organizations:admin',
    ids: organizationAndInvitation,
  },
  // Of a token that is none.
  'POST /api/v1/invitations/accept': {
    role: 'viewer',
    key: 'session',
    body: () => ({ token: 'tti_unknown' }),
    allowed: [422],
  },
  'GET /api/v1/organizations/{id}/members/{user_id}': {
    role: 'viewer',
    key: 'organizations:read',
    ids: organizationAndGuest,
  },
  'PATCH /api/v1/organizations/{id}/members/{user_id}': {
    role: 'admin',
    key: 'organizations:admin',
    ids: organizationAndGuest,
    body: () => ({ role: 'viewer' }),
  },
  'PATCH /api/v1/organizations/{id}/members/{user_id} #owner': {
    role: 'owner',
    key: 'session',
    ids: organizationAndGuest,
    body: () => ({ role: 'owner' }),
  },
  'DELETE /api/v1/organizations/{id}/members/{user_id}': {
    role: 'admin',
    key: 'organizations:admin',
    ids: organizationAndGuest,
  },
};

import { newId } from '../../../src/common/ids/ids.js';
import { timeOfId } from '../../../src/modules/rooms/message.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedTenant } from '../../factories/tenant.js';
import type { AccessRow, AccessRows, AccessWorld, Asking } from './access-row.js';

const aGroup = () => ({ type: 'group', name: 'Launch' });

/** A room of the owner in which the caller is, too, unless it belongs to another organisation. */
async function aRoom({ create }: AccessWorld, { isForeign, userId }: Asking): Promise<string> {
  return create('/api/v1/rooms', { ...aGroup(), member_ids: isForeign ? [] : [userId] });
}

/** In which the caller is an owner. */
async function anOwnRoom(world: AccessWorld, asking: Asking): Promise<string> {
  const id = await aRoom(world, asking);
  await world.app.get(Postgres).sql`
    update room_members set role = 'owner' where room_id = ${id} and user_id = ${asking.userId}`;
  return id;
}

/** That the caller has written; for a stranger one of the owner's. */
async function aMessage(world: AccessWorld, asking: Asking): Promise<[string, string]> {
  const roomId = await aRoom(world, asking);
  const id = newId();
  const at = timeOfId(id).toISOString();
  const author = asking.isForeign ? world.owner.userId : asking.userId;
  await world.app.get(Postgres).sql`
    insert into messages (id, organization_id, conversation_id, member_id, content, created_at, updated_at)
    values (${id}, ${world.owner.orgId}, ${roomId}, ${author}, 'Hello', ${at}, ${at})`;
  return [roomId, id];
}

/** The body comes after the ids, and names the message of the same request. */
let lastMessage = '';
const roomOfMessage: AccessRow['ids'] = async (world, asking) => {
  const [roomId, id] = await aMessage(world, asking);
  lastMessage = id;
  return roomId;
};

const read = { role: 'viewer', key: 'rooms:read' } as const;
const write = { role: 'member', key: 'rooms:write' } as const;

const rowsUnder = (rooms: string): AccessRows => ({
  [`POST ${rooms}`]: { ...write, body: aGroup },
  [`GET ${rooms}`]: read,
  [`GET ${rooms}/{id}`]: { ...read, ids: aRoom },
  [`GET ${rooms}/{id}/members`]: { ...read, ids: aRoom },
  [`POST ${rooms}/{id}/members`]: {
    ...write,
    ids: anOwnRoom,
    body: async ({ app, owner }) => ({
      user_id: (await seedTenant(app, { orgId: owner.orgId, role: 'member' })).userId,
    }),
  },
  [`DELETE ${rooms}/{id}/members/{user_id}`]: {
    ...write,
    ids: async (world, asking) => [await aRoom(world, asking), asking.userId],
  },
  [`GET ${rooms}/{id}/messages`]: { ...read, ids: aRoom },
  [`POST ${rooms}/{id}/messages`]: { ...write, ids: aRoom, body: () => ({ content: 'Hello' }) },
  [`GET ${rooms}/{id}/messages/{message_id}`]: { ...read, ids: aMessage },
  [`PATCH ${rooms}/{id}/messages/{message_id}`]: {
    ...write,
    ids: aMessage,
    body: () => ({ content: 'Good morning' }),
  },
  [`DELETE ${rooms}/{id}/messages/{message_id}`]: { ...write, ids: aMessage },
  [`GET ${rooms}/{id}/messages/{message_id}/versions`]: { ...read, ids: aMessage },
  [`PUT ${rooms}/{id}/read`]: {
    ...{ role: 'viewer', key: 'rooms:write', ids: roomOfMessage },
    body: () => ({ message_id: lastMessage }),
  },
  [`POST ${rooms}/events/token`]: read,
  [`GET ${rooms}/events`]: { ...read, isStream: true },
  [`GET ${rooms}/{id}/events`]: { ...read, ids: aRoom, isStream: true },
});

export const rows: AccessRows = { ...rowsUnder('/api/v1/rooms'), ...rowsUnder('/api/rooms') };

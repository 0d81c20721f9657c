import { DIRECT_MESSAGES_COLLECTION } from '../../../src/modules/rooms/direct-message.schema.js';
import { addDocuments, addRows, type Ground, idOf, inSql, memberOf, momentOf } from '../ground.js';
import { detail, LARGE, list, type Read, type Shape } from '../shape.js';

async function addRooms(ground: Ground, type: string, range: readonly [number, number]): Promise<void> {
  const { id, moment, orgId, userId } = inSql(ground);
  const room = {
    id,
    organization_id: orgId,
    type: `'${type}'`,
    name: type === 'group' ? `'Room ' || n` : 'null',
  };
  await addRows(ground, 'conversations', { ...room, created_at: moment }, range);
  const membership = { room_id: id, organization_id: orgId, role: `'member'`, joined_at: moment };
  const read = { last_read_at: 'now()', last_read_id: id };
  const other = `'${ground.colleagues[0] ?? ''}'::uuid`;
  for (const member of [userId, other])
    await addRows(ground, 'room_members', { ...membership, ...read, user_id: member }, range);
}

/** All group rooms of one person. */
export const rooms: Shape = {
  name: 'rooms',
  large: LARGE,
  fill: (ground, range) => addRooms(ground, 'group', range),
  reads: (ground, size) => {
    const half = idOf(ground, Math.floor(size / 2));
    return [
      ...list('rooms', { middle: [half] }),
      detail('rooms/{id}', `rooms/${half}`),
      detail('rooms/{id}/members', `rooms/${half}/members`, 'first page'),
    ];
  },
};

function messageReads(ground: Ground, size: number, kind: string): Read[] {
  const half = idOf(ground, Math.floor(size / 2));
  const room = `rooms/${idOf(ground, 0)}`;
  const page = (what: string, query: string): Read =>
    detail('rooms/{id}/messages', `${room}/messages?${query}`, `${kind}, ${what}`);
  return [
    page('newest', 'limit=50'),
    page('before the middle', `before=${half}`),
    page('after the middle', `after=${half}`),
    page('around the middle', `around=${half}`),
    detail('rooms/{id}/messages/{message_id}', `${room}/messages/${half}`, kind),
  ].map((read) => ({ ...read, finds: read.what.includes(', ') ? 'items' : 'any' }) as const);
}

const messageColumns = (ground: Ground) => {
  const { id, moment, orgId, member } = inSql(ground);
  return {
    ...{ id, organization_id: orgId, conversation_id: `'${idOf(ground, 0)}'::uuid`, member_id: member },
    ...{ content: `'Message ' || n`, created_at: moment, updated_at: moment },
  };
};

/** The messages of one group, in PostgreSQL. */
export const groupMessages: Shape = {
  name: 'group-messages',
  large: LARGE,
  fill: async (ground, range) => {
    if (range[0] === 0) await addRooms(ground, 'group', [0, 1]);
    await addRows(ground, 'messages', messageColumns(ground), range);
  },
  reads: (ground, size) => messageReads(ground, size, 'group'),
};

/** The messages of two people, in MongoDB and in the copy. */
export const directMessages: Shape = {
  name: 'direct-messages',
  large: LARGE,
  fill: async (ground, range) => {
    if (range[0] === 0) await addRooms(ground, 'direct', [0, 1]);
    await addRows(ground, 'direct_messages', messageColumns(ground), range);
    const message = (n: number) => ({
      ...{ _id: idOf(ground, n), organization_id: ground.orgId, conversation_id: idOf(ground, 0) },
      ...{
        member_id: memberOf(ground, n),
        content: `Message ${n}`,
        file_url: null,
        deleted: false,
        version: 1,
      },
      ...{ client_id: null, request_hash: null, versions: [] },
      ...{ created_at: momentOf(ground, n), updated_at: momentOf(ground, n) },
    });
    await addDocuments(ground, DIRECT_MESSAGES_COLLECTION, message, range);
  },
  reads: (ground, size) => messageReads(ground, size, 'direct'),
};

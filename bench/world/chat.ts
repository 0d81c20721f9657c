import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { oncePerWorld } from './once-per-world.js';
import type { World } from './world.js';

/** Two members of the organisation who have a direct room, each with an API key. */
export interface Pair {
  roomId: string;
  tokens: readonly [string, string];
}

/** Each member may send 6 messages a second. */
const PAIRS = 1_500;

export const pairsOf = oncePerWorld<readonly Pair[]>(makePairs);

async function makePairs({ sql, fixture: { orgId, userIds } }: World): Promise<Pair[]> {
  const members = userIds.slice(10, 10 + 2 * PAIRS);
  const pairs: Pair[] = [];
  const keys: object[] = [];
  const people: object[] = [];
  for (let at = 0; at + 1 < members.length; at += 2) {
    const roomId = newId();
    const tokens = [members[at], members[at + 1]].map((userId = '') => {
      const { token, hash, start } = newToken('live', userId);
      keys.push({ id: newId(), user_id: userId, hash, start });
      people.push({ room_id: roomId, user_id: userId, read_id: newId() });
      return token;
    });
    pairs.push({ roomId, tokens: [tokens[0] ?? '', tokens[1] ?? ''] });
  }
  const rows = (value: unknown) => sql.json(JSON.parse(JSON.stringify(value)) as never);
  await sql`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    select id, ${orgId}, user_id, 'chat', 'live', start, hash, array['*']
    from jsonb_to_recordset(${rows(keys)}) as given(id uuid, user_id uuid, hash text, start text)`;
  await sql`
    insert into conversations (id, organization_id, type)
    select distinct room_id, ${orgId}::uuid, 'direct'
    from jsonb_to_recordset(${rows(people)}) as given(room_id uuid)`;
  await sql`
    insert into room_members (room_id, organization_id, user_id, role, last_read_at, last_read_id)
    select room_id, ${orgId}, user_id, 'member', now(), read_id
    from jsonb_to_recordset(${rows(people)}) as given(room_id uuid, user_id uuid, read_id uuid)`;
  return pairs;
}

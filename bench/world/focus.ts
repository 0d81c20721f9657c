import mongoose from 'mongoose';

import { newToken } from '../../src/common/crypto/tokens.js';
import type { Principal } from '../../src/common/http/principal.js';
import { newId } from '../../src/common/ids/ids.js';
import {
  FOCUS_SESSIONS_COLLECTION,
  type FocusSession,
} from '../../src/modules/focus-sessions/focus-session.js';
import { newSession } from '../../src/modules/focus-sessions/focus-session-move.js';
import type { World } from './world.js';

const PEOPLE = 1_000;
const PLAN = { session_type: 'pomodoro', planned_duration_seconds: 86_400 };
/** Long enough ago for ticks of four digits. */
const STARTED_MS_AGO = 20_000_000;

/** A running session, and its person's API key. */
export interface Focusing {
  id: string;
  token: string;
}

/** A thousand people, each in a focus session. */
export async function focusingIn({ sql, stores, fixture: { orgId, userIds } }: World): Promise<Focusing[]> {
  const made = userIds.slice(-PEOPLE).map((userId) => {
    const { token, hash, start } = newToken('live', userId);
    const actor = { orgId, userId } as Principal;
    const session = newSession(actor, PLAN, 1, new Date(Date.now() - STARTED_MS_AGO));
    return { token, session, key: { id: newId(), user_id: userId, hash, start } };
  });
  const keys = sql.json(JSON.parse(JSON.stringify(made.map(({ key }) => key))) as never);
  await sql`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    select id, ${orgId}, user_id, 'focus', 'live', start, hash, array['focus-sessions:write']
    from jsonb_to_recordset(${keys}) as given(id uuid, user_id uuid, hash text, start text)`;
  const connection = await mongoose.createConnection(stores.MONGODB_URI).asPromise();
  try {
    const sessions = connection.collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);
    await sessions.deleteMany({});
    await sessions.insertMany(made.map(({ session }) => session));
  } finally {
    await connection.close();
  }
  return made.map(({ token, session }) => ({ id: session._id, token }));
}

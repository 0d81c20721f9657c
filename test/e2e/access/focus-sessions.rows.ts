import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Principal } from '../../../src/common/http/principal.js';
import {
  FOCUS_SESSIONS_COLLECTION,
  type FocusSession,
} from '../../../src/modules/focus-sessions/focus-session.js';
import { newSession } from '../../../src/modules/focus-sessions/focus-session-move.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import type { AccessRow, AccessRows } from './access-row.js';

const SESSIONS = '/api/v1/focus-sessions';
const plan = () => ({ session_type: 'pomodoro', planned_duration_seconds: 1_500 });

let number = 0;
const sessionsOf = (app: NestFastifyApplication) =>
  app.get(Mongo).collection<FocusSession>(FOCUS_SESSIONS_COLLECTION);

/** A session of the caller, or of the owner where the caller is foreign. Written past the service: several may be active. */
const aSession =
  (more: Partial<FocusSession> = {}): NonNullable<AccessRow['ids']> =>
  async ({ app, owner }, asking) => {
    const userId = asking.isForeign ? owner.userId : asking.userId;
    const actor = { orgId: owner.orgId, userId } as Principal;
    const session = { ...newSession(actor, plan(), 1_000 + (number += 1), new Date()), ...more };
    await sessionsOf(app).insertOne(session);
    return session._id;
  };

const read = { role: 'viewer', key: 'focus-sessions:read', isNamedScope: true } as const;
const write = { role: 'member', key: 'focus-sessions:write', isNamedScope: true } as const;

export const rows: AccessRows = {
  [`POST ${SESSIONS}`]: {
    ...write,
    body: async ({ app }, { userId }) => {
      await sessionsOf(app).deleteMany({ user_id: userId });
      return plan();
    },
  },
  [`GET ${SESSIONS}`]: read,
  [`GET ${SESSIONS}/active`]: { ...read, allowed: [200, 404] },
  [`GET ${SESSIONS}/{id}`]: { ...read, ids: aSession() },
  [`POST ${SESSIONS}/{id}/ticks`]: { ...write, ids: aSession(), body: () => ({ elapsed_seconds: 0 }) },
  [`POST ${SESSIONS}/{id}/pause`]: { ...write, ids: aSession() },
  [`POST ${SESSIONS}/{id}/resume`]: { ...write, ids: aSession({ state: 'paused' }) },
  [`POST ${SESSIONS}/{id}/complete`]: {
    ...write,
    ids: aSession(),
    body: () => ({ productivity_rating: 4 }),
  },
  [`POST ${SESSIONS}/{id}/abandon`]: { ...write, ids: aSession() },
};

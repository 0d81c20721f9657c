import type { SessionResponse } from './sessions.dto.js';
import type { Session } from './sessions.pg.repository.js';

/** `currentId`: the asking session. */
export const toSessionResponse = (session: Session, currentId: string | null): SessionResponse => ({
  id: session.id,
  organization_id: session.organizationId,
  user_agent: session.userAgent,
  address: session.address,
  is_current: session.id === currentId,
  created_at: session.createdAt.toISOString(),
  last_seen_at: session.lastSeenAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
});

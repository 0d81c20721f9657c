import type { Principal } from '../../common/http/principal.js';
import type { FileOwner } from './files/private-file.js';

/** The person as the one who has asked: a job has no credential of theirs, and acts on their own records alone. */
export const asOwner = ({ orgId, userId }: FileOwner): Principal => ({
  ...{ kind: 'user', orgId, userId, role: 'member', platformRole: 'user' },
  ...{ sessionId: null, apiKeyId: null, scopes: null, flagEnvironment: null },
});

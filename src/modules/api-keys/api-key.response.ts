import type { ApiKey } from './api-key.js';
import type { ApiKeyResponse } from './api-keys.dto.js';

export const toApiKeyResponse = (key: ApiKey): ApiKeyResponse => ({
  id: key.id,
  name: key.name,
  environment: key.environment,
  start: key.start,
  scopes: key.scopes,
  created_by: key.createdBy,
  created_at: key.createdAt.toISOString(),
  expires_at: key.expiresAt?.toISOString() ?? null,
  revoked_at: key.revokedAt?.toISOString() ?? null,
});

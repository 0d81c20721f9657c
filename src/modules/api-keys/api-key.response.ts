import { PREFIX } from '../../common/crypto/tokens.js';
import { type CountedApiKey, flagEnvironmentOf } from './api-key.js';
import type { ApiKeyResponse } from './api-keys.dto.js';

/** An allow-list, so that a new column cannot leak. */
export const toApiKeyResponse = (key: CountedApiKey): ApiKeyResponse => ({
  id: key.id,
  name: key.name,
  environment: key.environment,
  flag_environment: flagEnvironmentOf(key),
  prefix: PREFIX[key.environment],
  start: key.start,
  scopes: key.scopes,
  enabled: key.enabled,
  rate_limit:
    key.rateLimit === null || key.rateWindowSeconds === null
      ? null
      : { limit: key.rateLimit, window_seconds: key.rateWindowSeconds },
  credits: key.credits && {
    remaining: key.credits.remaining,
    refill: key.credits.refill && {
      amount: key.credits.refill.amount,
      interval: key.credits.refill.interval,
      day: key.credits.refill.day,
    },
  },
  metadata: key.metadata,
  created_by: key.createdBy,
  parent_id: key.parentId,
  created_at: key.createdAt.toISOString(),
  expires_at: key.expiresAt?.toISOString() ?? null,
  revoked_at: key.revokedAt?.toISOString() ?? null,
  last_used_at: key.lastUsedAt?.toISOString() ?? null,
});

import type { JsonObject } from '../../common/http/merge-patch.js';

/** The balance is set to `amount`, unless it is higher. `day`: of the month; if the month is shorter, its last day. */
export interface Refill {
  amount: number;
  interval: 'daily' | 'monthly';
  day: number | null;
}

/** The present credits of a key, including a refill that is due. */
export interface Credits {
  remaining: number;
  refill: Refill | null;
}

/** An API key without its secret, which is not stored. */
export interface ApiKey {
  id: string;
  organizationId: string;
  createdBy: string;
  parentId: string | null;
  name: string;
  environment: 'live' | 'test';
  /** Null: the one for `environment`. */
  flagEnvironment: string | null;
  enabled: boolean;
  start: string;
  scopes: string[];
  rateLimit: number | null;
  rateWindowSeconds: number | null;
  metadata: JsonObject;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** A key with its credits. Null: they are not counted. */
export interface CountedApiKey extends ApiKey {
  credits: Credits | null;
}

/** `keyHash` is the SHA-256 of the key, as hex. */
export interface NewApiKey
  extends
    Pick<
      ApiKey,
      'id' | 'organizationId' | 'createdBy' | 'name' | 'environment' | 'start' | 'scopes' | 'expiresAt'
    >,
    Partial<Pick<ApiKey, 'parentId' | 'flagEnvironment' | 'rateLimit' | 'rateWindowSeconds' | 'metadata'>> {
  keyHash: string;
}

/** The columns that a change may write. */
export type ApiKeyChanges = Partial<
  Pick<
    ApiKey,
    | 'name'
    | 'enabled'
    | 'scopes'
    | 'expiresAt'
    | 'flagEnvironment'
    | 'rateLimit'
    | 'rateWindowSeconds'
    | 'metadata'
  >
>;

/** The filters of a list. */
export interface ApiKeyFilter {
  environment?: 'live' | 'test' | undefined;
  enabled?: boolean | undefined;
  userId?: string | undefined;
}

const FLAG_ENVIRONMENTS = { live: 'production', test: 'development' } as const;

/** The environment whose feature flags a key sees. */
export const flagEnvironmentOf = ({
  flagEnvironment,
  environment,
}: Pick<ApiKey, 'environment' | 'flagEnvironment'>): string =>
  flagEnvironment ?? FLAG_ENVIRONMENTS[environment];

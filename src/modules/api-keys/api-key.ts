/** An API key without its secret, which nobody keeps. */
export interface ApiKey {
  id: string;
  organizationId: string;
  createdBy: string;
  name: string;
  environment: 'live' | 'test';
  start: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** `keyHash` is the SHA-256 of the key, as hex. */
export interface NewApiKey extends Omit<ApiKey, 'createdAt' | 'revokedAt'> {
  keyHash: string;
}

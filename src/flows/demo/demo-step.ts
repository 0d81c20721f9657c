import type { Principal } from '../../common/http/principal.js';

/** The owner of the demonstration data. */
export interface DemoOwner {
  organizationId: string;
  userId: string;
}

/** A feature's part of the demonstration data. */
export interface DemoStep {
  /**
   * Creates what is missing and leaves the rest as it is, so that it may be repeated. Returns what it created, as text
   * for people: `['30 deployments']`. Empty if everything existed.
   */
  seed(owner: DemoOwner): Promise<readonly string[]>;
}

/** The owner of the demonstration data as the principal that creates them. */
export const principalOf = ({ organizationId, userId }: DemoOwner): Principal => ({
  kind: 'user',
  orgId: organizationId,
  userId,
  role: 'owner',
  platformRole: 'user',
  sessionId: null,
  apiKeyId: null,
  scopes: null,
  flagEnvironment: null,
});

import type { Principal } from '../../common/http/principal.js';

/** Who the demonstration data belong to. */
export interface DemoOwner {
  organizationId: string;
  userId: string;
}

/** A feature's part of the demonstration data. */
export interface DemoStep {
  /**
   * Makes what is missing and leaves the rest as it is, so that it may be repeated. Returns what it made, for people:
   * `['30 deployments']`; empty where all was there.
   */
  seed(owner: DemoOwner): Promise<readonly string[]>;
}

/** The owner of the demonstration data as the one who makes them. */
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

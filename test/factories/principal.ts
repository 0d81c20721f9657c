import { newId } from '../../src/common/ids/ids.js';
import type { Principal } from '../../src/common/http/principal.js';

/** An owner with a session; a test names what it is about. */
export const aPrincipal = (overrides: Partial<Principal> = {}): Principal => ({
  ...{ kind: 'user', orgId: 'org', userId: newId(), role: 'owner', platformRole: 'user' },
  ...{ sessionId: newId(), apiKeyId: null, scopes: null, flagEnvironment: null },
  ...overrides,
});

/** A key whose creator is an owner. */
export const aKeyPrincipal = (scopes: readonly string[], overrides: Partial<Principal> = {}): Principal =>
  aPrincipal({ kind: 'api_key', sessionId: null, apiKeyId: newId(), scopes, ...overrides });

/** The quickstart's caller without a credential. */
export const aVisitor = (): Principal => aPrincipal({ kind: 'anonymous_owner', sessionId: null });

import type { RateState } from './rate-limits.service.js';

/** The state of a limit, with the name of its policy. */
export interface NamedState {
  policy: 'key' | 'maker' | 'principal' | 'address' | 'messages';
  state: RateState;
}

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): lists of structured fields (RFC 9651), an item
 * for each policy.
 */
export const rateLimitFields = (states: readonly NamedState[]): Record<string, string> => ({
  'ratelimit-policy': states
    .map(({ policy, state }) => `"${policy}";q=${state.limit};w=${state.windowSeconds}`)
    .join(', '),
  ratelimit: states
    .map(({ policy, state }) => `"${policy}";r=${state.remaining};t=${state.resetSeconds}`)
    .join(', '),
});

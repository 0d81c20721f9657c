import { tags } from '../../cache/tags.js';

/** Principals are looked up by token, before their organisation is known, so they share one cache namespace. */
export const PRINCIPAL_NAMESPACE = 'auth';

/**
 * The tag of everything cached about a user's identity and rights. After it is replaced, the next request looks them
 * up anew.
 */
export const principalTag = (userId: string): string =>
  tags.entity(PRINCIPAL_NAMESPACE, 'principals', userId);

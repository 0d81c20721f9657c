import { tags } from '../../cache/tags.js';

/** Principals are looked up by token, before their organisation is known: they share one cache namespace. */
export const PRINCIPAL_NAMESPACE = 'auth';

/** Everything cached about who a user is and what they may do; replaced, the next request looks it up anew. */
export const principalTag = (userId: string): string =>
  tags.entity(PRINCIPAL_NAMESPACE, 'principals', userId);

import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that no other site can use, with any port. */
const LOCAL_AUTHORITY = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request was meant for this machine. If another site lets its own name resolve to 127.0.0.1 (DNS
 * rebinding), its page sends that name as `Host`. If it posts a form to localhost, it sends its own `Origin`.
 */
export const isLocalRequest = ({ host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>): boolean =>
  host !== undefined &&
  LOCAL_AUTHORITY.test(host) &&
  (origin === undefined || LOCAL_AUTHORITY.test(origin.replace(/^https?:\/\//i, '')));

import type { IncomingHttpHeaders } from 'node:http';

/** This machine under the names that no other site can take, with any port. */
const LOCAL_AUTHORITY = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request was meant for this machine. A page of another site that has its own name resolve to 127.0.0.1 (DNS
 * rebinding) sends that name as `Host`; one that posts a form to localhost sends its own `Origin`.
 */
export const isLocalRequest = ({ host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>): boolean =>
  host !== undefined &&
  LOCAL_AUTHORITY.test(host) &&
  (origin === undefined || LOCAL_AUTHORITY.test(origin.replace(/^https?:\/\//i, '')));

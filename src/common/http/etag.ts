import { hash } from 'node:crypto';

import { PreconditionFailed } from '../errors/kinds.js';

/** A strong validator over the bytes that are sent (RFC 9110, section 8.8.3), quotes included. */
export const etagOf = (body: Buffer | string): string =>
  `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** The ETag that a GET of this resource has now: the same serialisation, the same bytes. */
export const etagOfResource = (response: object): string => etagOf(JSON.stringify(response));

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** `If-None-Match`: weak comparison (RFC 9110, section 13.1.2). */
export const matchesNone = (header: string, etag: string): boolean =>
  tags(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);

/** Throws `PreconditionFailed` unless `If-Match` is absent or names the current version (strong comparison). */
export function assertIfMatch(header: string | undefined, current: object): void {
  if (header === undefined) return;
  const etag = etagOfResource(current);
  if (!tags(header).some((tag) => tag === '*' || tag === etag)) throw new PreconditionFailed();
}

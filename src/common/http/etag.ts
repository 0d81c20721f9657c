import { hash } from 'node:crypto';

import { PreconditionFailed } from '../errors/kinds.js';

/** A strong validator over the bytes that are sent (RFC 9110, section 8.8.3), quotes included. */
export const etagOf = (body: Buffer | string): string =>
  `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

/** The ETag that a GET of this resource has now, because the same serialisation gives the same bytes. */
export const etagOfResource = (response: object): string => etagOf(JSON.stringify(response));

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/**
 * The tag as this service made it. A proxy that compresses answers changes it: nginx and Caddy mark it as weak, Apache
 * and Jetty add a suffix. It still names the same version of the resource (ADR 21).
 */
const asMade = (tag: string): string =>
  tag.replace(/^W\//, '').replace(/-{1,2}(?:gzip|br|zstd|deflate)"$/, '"');

const names = (header: string, etag: string): boolean =>
  tags(header).some((tag) => tag === '*' || tag === etag || asMade(tag) === etag);

/** `If-None-Match`: weak comparison (RFC 9110, section 13.1.2). */
export const matchesNone = (header: string, etag: string): boolean => names(header, etag);

/** Throws `PreconditionFailed` unless `If-Match` is absent or names the current version. */
export function assertIfMatch(header: string | undefined, current: object): void {
  if (header === undefined) return;
  if (!names(header, etagOfResource(current))) throw new PreconditionFailed();
}

import type { FastifyRequest } from 'fastify';

type Headers = FastifyRequest['headers'];

const BASIC = /^Basic +([A-Za-z0-9+/=_-]+)$/i;

/** `Authorization: Bearer …`. Null if there is none, and the empty text if it has another scheme. */
export function bearerToken({ authorization }: Headers): string | null {
  if (authorization === undefined) return null;
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
}

/** The whole of `Authorization`, or the part after `Bearer`. */
export const bareToken = (headers: Headers): string | null =>
  headers.authorization === undefined ? null : bearerToken(headers) || headers.authorization.trim();

/** The user name of HTTP Basic (RFC 7617). The password is ignored. */
export function basicUserName({ authorization }: Headers): string | null {
  if (authorization === undefined) return null;
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return '';
  return Buffer.from(encoded, 'base64').toString().split(':', 1)[0] ?? '';
}

/** `X-API-Key`. */
export function apiKeyHeader({ 'x-api-key': key }: Headers): string | null {
  return key === undefined ? null : String(key);
}

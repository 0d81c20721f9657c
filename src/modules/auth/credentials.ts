import type { FastifyRequest } from 'fastify';

import { type ParsedToken, parseToken } from '../../common/crypto/tokens.js';
import { InvalidCredential } from './auth.errors.js';

/** `Authorization: Bearer …` or `X-API-Key: …`. Null: none was sent. Throws `InvalidCredential` for a malformed one. */
export function credentialOf(headers: FastifyRequest['headers']): ParsedToken | null {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization === undefined && apiKey === undefined) return null;
  const token = authorization === undefined ? apiKey : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const parsed = typeof token === 'string' ? parseToken(token) : null;
  const isSessionAsKey = authorization === undefined && parsed?.kind === 'session';
  if (!parsed || isSessionAsKey || parsed.kind === 'reset') throw new InvalidCredential();
  return parsed;
}

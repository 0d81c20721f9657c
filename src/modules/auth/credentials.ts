import type { FastifyRequest } from 'fastify';

import { type ParsedToken, parseToken } from '../../common/crypto/tokens.js';
import type { ForeignApi } from '../../common/http/foreign/foreign-contract.js';
import { InvalidCredential } from './auth.errors.js';

type Headers = FastifyRequest['headers'];

/** `Authorization: Bearer …` or `X-API-Key: …`. Null: none was sent. Throws `InvalidCredential` for a malformed one. */
export function credentialOf(headers: Headers): ParsedToken | null {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization === undefined && apiKey === undefined) return null;
  const token = authorization === undefined ? apiKey : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const parsed = typeof token === 'string' ? parseToken(token) : null;
  const isSessionAsKey = authorization === undefined && parsed?.kind === 'session';
  if (!parsed || isSessionAsKey || parsed.kind === 'reset') throw new InvalidCredential();
  return parsed;
}

/** The credential in the form of a foreign contract, which knows API keys alone. Throws `InvalidCredential`. */
export function foreignCredentialOf(
  headers: Headers,
  { credentialOf: read }: ForeignApi,
): ParsedToken | null {
  const token = read(headers);
  if (token === null) return null;
  const parsed = parseToken(token);
  if (!parsed || parsed.kind === 'session') throw new InvalidCredential();
  return parsed;
}

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
  if (!parsed || isSessionAsKey || !isCredential(parsed)) throw new InvalidCredential();
  return parsed;
}

/** The credential in the form of a foreign contract, which supports only API keys. Throws `InvalidCredential`. */
export function foreignCredentialOf(
  headers: Headers,
  { credentialOf: read }: ForeignApi,
): ParsedToken | null {
  const token = read(headers);
  if (token === null) return null;
  const parsed = parseToken(token);
  if (!parsed || !isKey(parsed)) throw new InvalidCredential();
  return parsed;
}

/** Whether it has the form of an API key. */
export const isKey = ({ kind }: ParsedToken): boolean => kind === 'live' || kind === 'test';

/** The other kinds are sent in a body, to a route that requires one. */
const isCredential = (token: ParsedToken): boolean => token.kind === 'session' || isKey(token);

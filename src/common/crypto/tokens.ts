import { hash, randomBytes } from 'node:crypto';

import { parse, validate } from 'uuid';

/**
 * Opaque credentials: prefix, the owner's id (16 bytes), a secret (32 random bytes) and a checksum. The prefix lets
 * secret scanners find a leaked token. The checksum refuses a mistyped one without a lookup. The owner's id is the
 * cache tag that a revocation replaces. Only the SHA-256 of the whole token is stored.
 */
export type TokenKind = 'session' | 'live' | 'test' | 'reset' | 'invitation' | 'confirmation';

export const PREFIX: Readonly<Record<TokenKind, string>> = {
  session: 'tts_',
  live: 'ttk_live_',
  test: 'ttk_test_',
  reset: 'ttr_',
  invitation: 'tti_',
  confirmation: 'tte_',
};
const KINDS = Object.keys(PREFIX) as readonly TokenKind[];
const OWNER_LENGTH = 22;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

const checksum = (text: string): string => sha256Hex(text).slice(0, CHECKSUM_LENGTH);

export interface NewToken {
  /** Shown once, never stored. */
  token: string;
  /** SHA-256 as hex, which is stored. */
  hash: string;
  /** The recognisable beginning, safe to show. */
  start: string;
}

export function newToken(kind: TokenKind, ownerId: string): NewToken {
  const owner = Buffer.from(parse(ownerId)).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const body = PREFIX[kind] + owner + secret;
  return {
    token: body + checksum(body),
    hash: sha256Hex(body + checksum(body)),
    start: PREFIX[kind] + secret.slice(0, 4),
  };
}

/** The parts of a well-formed token. They prove nothing until its hash is found. */
export interface ParsedToken {
  kind: TokenKind;
  ownerId: string;
  hash: string;
}

/** Null for text that is not a token of ours or has a wrong checksum. */
export function parseToken(token: string): ParsedToken | null {
  const kind = KINDS.find((candidate) => token.startsWith(PREFIX[candidate]));
  if (!kind || token.length !== PREFIX[kind].length + OWNER_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH)
    return null;
  // The checksum is no secret. Anyone with the rest of the token can compute it.
  if (!token.endsWith(checksum(token.slice(0, -CHECKSUM_LENGTH)))) return null;
  const ownerId = idOf(token.slice(PREFIX[kind].length, PREFIX[kind].length + OWNER_LENGTH));
  return ownerId === null ? null : { kind, ownerId, hash: sha256Hex(token) };
}

/** Null if the bytes are not a UUID. The checksum contains no secret, so a client can make a token of any bytes. */
function idOf(encoded: string): string | null {
  const hex = Buffer.from(encoded, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return validate(id) ? id : null;
}

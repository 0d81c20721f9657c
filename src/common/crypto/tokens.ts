import { hash, randomBytes } from 'node:crypto';

import { parse, validate } from 'uuid';

/**
 * Opaque credentials: prefix, the owner's id (16 bytes), a secret (32 random bytes) and a checksum.
 * The prefix lets secret scanners find a leaked one, the checksum refuses a mistyped one without a look-up, and
 * the owner's id is the cache tag that a revocation replaces. Only the whole token's SHA-256 is ever kept.
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
  /** Shown once, never kept. */
  token: string;
  /** SHA-256 as hex: what is kept. */
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

/** What a well-formed token says of itself. Not proof of anything until its hash is found. */
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
  // No secret: whoever has the rest of the token can work it out.
  if (!token.endsWith(checksum(token.slice(0, -CHECKSUM_LENGTH)))) return null;
  const ownerId = idOf(token.slice(PREFIX[kind].length, PREFIX[kind].length + OWNER_LENGTH));
  return ownerId === null ? null : { kind, ownerId, hash: sha256Hex(token) };
}

/** Null where the bytes are no UUID: the checksum has no secret, so anybody can make a token of any bytes. */
function idOf(encoded: string): string | null {
  const hex = Buffer.from(encoded, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return validate(id) ? id : null;
}

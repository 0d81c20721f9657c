import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Opaque credentials: `tt_<kind>_<32 random bytes><checksum>`, base62-like. The prefix lets secret scanners find
 * a leaked one, the checksum refuses a mistyped one without a look-up.
 */
export type TokenKind = 'session' | 'live' | 'test';

const PREFIX: Readonly<Record<TokenKind, string>> = { session: 'tts_', live: 'ttk_live_', test: 'ttk_test_' };
const CHECKSUM_LENGTH = 6;
const SECRET_LENGTH = 43;

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const checksum = (text: string): string => sha256Hex(text).slice(0, CHECKSUM_LENGTH);

export interface NewToken {
  /** Shown once, never kept. */
  token: string;
  /** What is kept. */
  hash: string;
  /** The recognisable beginning, safe to show. */
  start: string;
}

export function newToken(kind: TokenKind): NewToken {
  const body = PREFIX[kind] + randomBytes(32).toString('base64url');
  const token = body + checksum(body);
  return { token, hash: sha256Hex(token), start: token.slice(0, PREFIX[kind].length + 4) };
}

/** The kind of a token that is well-formed and has the right checksum; null otherwise. */
export function tokenKind(token: string): TokenKind | null {
  const kinds = Object.keys(PREFIX) as TokenKind[];
  const kind = kinds.find((candidate) => token.startsWith(PREFIX[candidate]));
  if (!kind || token.length !== PREFIX[kind].length + SECRET_LENGTH + CHECKSUM_LENGTH) return null;
  const body = token.slice(0, -CHECKSUM_LENGTH);
  const given = Buffer.from(token.slice(-CHECKSUM_LENGTH));
  return timingSafeEqual(given, Buffer.from(checksum(body))) ? kind : null;
}

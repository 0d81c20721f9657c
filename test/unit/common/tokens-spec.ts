import { describe, expect, it } from 'vitest';

import fc from 'fast-check';

import { newToken, parseToken, sha256Hex } from '../../../src/common/crypto/tokens.js';
import { newId } from '../../../src/common/ids/ids.js';

describe('tokens', () => {
  it.each(['session', 'live', 'test'] as const)('gives a %s token back as what it was made from', (kind) => {
    const owner = newId();
    const { token, hash } = newToken(kind, owner);
    expect(parseToken(token)).toEqual({ kind, ownerId: owner, hash });
    expect(hash).toBe(sha256Hex(token));
  });

  it('shows nothing of the secret but four characters', () => {
    const { token, start } = newToken('live', newId());
    expect(start).toMatch(/^ttk_live_.{4}$/);
    expect(token.slice(-45)).not.toContain(start.slice(-4) + token.slice(-41, -37));
  });

  it('refuses every single changed character, and text of any other kind', () => {
    const { token } = newToken('session', newId());
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(parseToken(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
    }
    for (const text of ['', 'tts_', `${token}x`, token.slice(1), 'ttk_live_é'.padEnd(80, 'é')]) {
      expect(parseToken(text)).toBeNull();
    }
  });

  const withChecksum = (body: string): string => body + sha256Hex(body).slice(0, 6);
  const SECRET = 'A'.repeat(43);

  it('refuses a right checksum over an owner that is no UUID', () => {
    const owner = Buffer.alloc(16, 0x11).toString('base64url');
    expect(parseToken(withChecksum(`tts_${owner}${SECRET}`))).toBeNull();
  });

  it('never throws, whatever 22 characters stand for the owner', () => {
    const text = fc
      .string({ minLength: 22, maxLength: 22, unit: 'grapheme' })
      .map((chars) => chars.slice(0, 22));
    const bytes = fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((owner) => Buffer.from(owner).toString('base64url'));
    const property = fc.property(fc.oneof(text, bytes), (owner) => {
      const parsed = parseToken(withChecksum(`ttk_live_${owner}${SECRET}`));
      expect(parsed?.ownerId ?? '00000000-0000-0000-0000-000000000000').toMatch(/^[0-9a-f-]{36}$/);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});

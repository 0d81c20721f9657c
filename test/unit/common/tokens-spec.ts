import { describe, expect, it } from '@jest/globals';

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
});

import { describe, expect, it } from '@jest/globals';

import { isUsableHash, verifyPassword } from '../../../src/common/crypto/password-hash.js';
import { hashPassword } from '../../../src/common/crypto/passwords.js';

describe('passwords', () => {
  it('are hashed with Argon2id and verified', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect([await verifyPassword(hash, 'correct horse'), await verifyPassword(hash, 'wrong')]).toEqual([
      true,
      false,
    ]);
  });

  it('are never checked against text that is no hash, nor against one made to be dear', async () => {
    const dear =
      '$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const dearScrypt = '$scrypt$ln=24,r=8,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    const dearBcrypt = `$2b$31$${'a'.repeat(53)}`;
    for (const text of ['hashed_password', '', dear, dearScrypt, dearBcrypt]) {
      expect([text, isUsableHash(text), await verifyPassword(text, text)]).toEqual([text, false, false]);
    }
  });
});

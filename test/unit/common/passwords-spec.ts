import { scryptSync } from 'node:crypto';

import { describe, expect, it } from 'vitest';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';

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

  const KEY = 'A'.repeat(43);
  const SALT = 'c2FsdHNhbHRzYWx0';

  it.each([
    [false, `$argon2id$v=19$m=65536,t=99,p=1$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=7,t=1,p=1$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=0,p=1$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=1,p=0$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=1,p=9$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=65536,t=1,p=99$${SALT}$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzY$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHR$${KEY}`],
    [false, `$argon2id$v=19$m=64,t=1,p=1$${SALT}$${'A'.repeat(42)}B`],
    [true, `$argon2id$v=19$m=64,t=1,p=1$${SALT}$${KEY}`],
    [true, `$argon2i$v=19$m=65536,t=4,p=1$c2FsdHNhbHQ$${'A'.repeat(86)}`],
    [true, `$argon2d$v=19$m=128,t=1,p=16$${'A'.repeat(86)}$${'A'.repeat(22)}`],
    [false, `$scrypt$ln=0,r=8,p=1$${SALT}$${KEY}`],
    [false, `$scrypt$ln=14,r=0,p=1$${SALT}$${KEY}`],
    [false, `$scrypt$ln=14,r=8,p=0$${SALT}$${KEY}`],
    [false, `$scrypt$ln=14,r=8,p=99$${SALT}$${KEY}`],
    [false, `$scrypt$ln=16,r=1,p=1$${SALT}$${KEY}`],
    [false, `$scrypt$ln=14,r=8,p=1$c2FsdHNhbHRzY$${KEY}`],
    [true, `$scrypt$ln=1,r=1,p=1$${SALT}$${KEY}`],
    [true, `$scrypt$ln=14,r=8,p=5$${SALT}$${KEY}`],
    [false, `$2b$03$${'.'.repeat(53)}`],
    [false, `$2b$13$${'.'.repeat(53)}`],
    [false, `$2b$10$${'a'.repeat(53)}`],
    [true, `$2y$04$${'.'.repeat(53)}`],
  ])('are checked (%s) or refused, and never throw: %s', async (isUsable, hash) => {
    expect(isUsableHash(hash)).toBe(isUsable);
    expect(await verifyPassword(hash, 'x')).toBe(false);
  });

  it('are checked against what bcrypt, Argon2 and scrypt really write', async () => {
    const salt = Buffer.from('sixteen bytes of');
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const scrypt = `$scrypt$ln=4,r=8,p=1$${base64(salt)}$${base64(scryptSync('right', salt, 64, { N: 16, r: 8, p: 1 }))}`;
    const hashes = [scrypt, await argon2('right', { memoryCost: 64, timeCost: 1, parallelism: 4 })];
    for (let n = 0; n < 8; n += 1) hashes.push(await bcrypt('right', 4));
    for (const hash of hashes) {
      expect([hash, isUsableHash(hash)]).toEqual([hash, true]);
      expect([await verifyPassword(hash, 'right'), await verifyPassword(hash, 'wrong')]).toEqual([
        true,
        false,
      ]);
    }
  });
});

import { scrypt, timingSafeEqual } from 'node:crypto';

import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

const ARGON2 =
  /^\$argon2(?:id|i|d)\$v=19\$m=\d{1,7},t=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;
const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,171})$/;

/** Bounds what an imported hash may make a login cost: 64 MiB for scrypt, cost 15 for bcrypt. */
const SCRYPT_MAX_MEMORY = 64 * 1024 * 1024 + 4096;
const ARGON2_MAX_MEMORY_KIB = 65_536;

/** Whether a stored hash is in a form that `verifyPassword` can check: argon2, bcrypt or scrypt (PHC string format). */
export function isUsableHash(hash: string): boolean {
  if (ARGON2.test(hash)) return Number(/m=(\d+)/.exec(hash)?.[1]) <= ARGON2_MAX_MEMORY_KIB;
  const match = SCRYPT.exec(hash);
  if (match)
    return 128 * 2 ** Number(match[1]) * Number(match[2]) <= SCRYPT_MAX_MEMORY && Number(match[3]) <= 4;
  return BCRYPT.test(hash);
}

/** False for a wrong password and for a hash that is not usable. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  if (!isUsableHash(hash)) return false;
  if (BCRYPT.test(hash)) return verifyBcrypt(password, hash);
  const match = SCRYPT.exec(hash);
  return match ? verifyScrypt(match, password) : verifyArgon2(hash, password);
}

function verifyScrypt(
  [, ln, r, p, salt = '', key = '']: RegExpExecArray,
  password: string,
): Promise<boolean> {
  const expected = Buffer.from(key, 'base64');
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: SCRYPT_MAX_MEMORY * 2 };
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64'), expected.length, cost, (error, derived) => {
      if (error) reject(error);
      else resolve(timingSafeEqual(derived, expected));
    });
  });
}

import { scrypt, timingSafeEqual } from 'node:crypto';

import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

const ARGON2 =
  /^\$argon2(?:id|i|d)\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
/**
 * The last character of the salt and of the key encodes fewer bits than the others, so only some characters can stand
 * there in a real hash.
 */
const BCRYPT = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,171})$/;
const SCHEME = /^\$(?:argon2|2[abxy]?\$|scrypt)/;

/**
 * Limits the cost of a login with an imported hash to about twenty times the cost of our own hash. Within the limits
 * are PHP's default for Argon2 (64 MiB, four passes), bcrypt of cost 12, and OWASP's parameters for scrypt up to 64
 * MiB.
 */
const ARGON2_MAX = { memoryKib: 65_536, kibPasses: 4 * 65_536, lanes: 16 };
const BCRYPT_COST = { min: 4, max: 12 };
const SCRYPT_MAX = { memory: 64 * 1024 * 1024, work: 5 * 2 ** 17 };

/** Whether a stored hash is in a form that `verifyPassword` can check: argon2, bcrypt or scrypt (PHC string format). */
export const isUsableHash = (hash: string): boolean =>
  isUsableArgon2(hash) || isUsableBcrypt(hash) || isUsableScrypt(hash);

/** Whether a text claims to be a hash of a scheme that `verifyPassword` knows, usable or not. */
export const namesScheme = (hash: string): boolean => SCHEME.test(hash);

/** False for a wrong password and for a hash that is not usable. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  if (isUsableArgon2(hash)) return verifyArgon2(hash, password);
  if (isUsableBcrypt(hash)) return verifyBcrypt(password, hash);
  return isUsableScrypt(hash) && verifyScrypt(hash, password);
}

function isUsableArgon2(hash: string): boolean {
  const [, m, t, p, salt = '', key = ''] = ARGON2.exec(hash) ?? [];
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
  return (
    isCanonical(salt) &&
    isCanonical(key) &&
    passes >= 1 &&
    lanes >= 1 &&
    lanes <= ARGON2_MAX.lanes &&
    memory >= 8 * lanes &&
    memory <= ARGON2_MAX.memoryKib &&
    memory * passes <= ARGON2_MAX.kibPasses
  );
}

function isUsableBcrypt(hash: string): boolean {
  const cost = Number(BCRYPT.exec(hash)?.[1]);
  return cost >= BCRYPT_COST.min && cost <= BCRYPT_COST.max;
}

function isUsableScrypt(hash: string): boolean {
  const { N, r, p, salt, key } = scryptParts(hash);
  return (
    isCanonical(salt) &&
    isCanonical(key) &&
    N > 1 &&
    r >= 1 &&
    p >= 1 &&
    // RFC 7914, section 2.
    Math.log2(N) < 16 * r &&
    128 * N * r <= SCRYPT_MAX.memory &&
    N * r * p <= SCRYPT_MAX.work
  );
}

function scryptParts(hash: string): { N: number; r: number; p: number; salt: string; key: string } {
  const [, ln, r, p, salt = '', key = ''] = SCRYPT.exec(hash) ?? [];
  return { N: 2 ** Number(ln), r: Number(r), p: Number(p), salt, key };
}

/**
 * Base64 without padding, exactly as an encoder writes it: without leftover bits that a decoder would have to ignore.
 */
const isCanonical = (text: string): boolean =>
  text !== '' && Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text;

function verifyScrypt(hash: string, password: string): Promise<boolean> {
  const { N, r, p, salt, key } = scryptParts(hash);
  const expected = Buffer.from(key, 'base64');
  const cost = { N, r, p, maxmem: 2 * SCRYPT_MAX.memory };
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64'), expected.length, cost, (error, derived) => {
      if (error) reject(error);
      else resolve(timingSafeEqual(derived, expected));
    });
  });
}

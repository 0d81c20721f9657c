import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D, section 8.2: 96 bits, random. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM: base64url of IV, ciphertext and tag. `context` is authenticated and has to be given again. The key is no `Buffer`:
 * Node would make a `KeyObject` of it each time, which costs more than a short value does.
 */
export function seal(key: KeyObject, context: string, content: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([iv, cipher.update(content), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

/** Null where it was not sealed by this key in this context, or was changed. */
export function unseal(key: KeyObject, context: string, sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const begin = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([begin, decipher.final()]);
  } catch {
    // `final` throws only if the tag does not match.
    return null;
  }
}

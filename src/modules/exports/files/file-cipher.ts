import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import { Undecryptable } from '../../field-encryption/field-encryption.errors.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2: 96 bits, random. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

export const newFileKey = (): Buffer => randomBytes(KEY_BYTES);

/** Encrypts the chunks of one file (AES-256-GCM). A chunk decrypts at its own place of its own file and nowhere else. */
export class FileCipher {
  constructor(
    private readonly key: Buffer,
    private readonly fileId: string,
  ) {}

  /** IV, ciphertext and tag. */
  seal(n: number, content: Uint8Array): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.placeOf(n));
    return Buffer.concat([iv, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws `Undecryptable`. */
  open(n: number, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < IV_BYTES + TAG_BYTES) throw new Undecryptable();
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.placeOf(n));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const begin = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([begin, decipher.final()]);
    } catch {
      // `final` throws for one reason: the tag does not fit.
      throw new Undecryptable();
    }
  }

  private placeOf(n: number): Buffer {
    return Buffer.from(JSON.stringify(['f1', this.fileId, n]));
  }
}

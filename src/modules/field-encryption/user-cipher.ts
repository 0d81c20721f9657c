import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

import { parse } from 'uuid';

import type { DataKey } from './data-key.js';
import { Undecryptable } from './field-encryption.errors.js';
import { seal, unseal } from './sealed-box.js';

/** Where a value stands. It decrypts nowhere else. */
export interface FieldPlace {
  collection: string;
  /** The id of the record. */
  record: string;
  /** `content`, `photos.0.caption`. */
  field: string;
}

const FORMAT = 'e1';
const KEY_BYTES = 32;
/** 96 bits: no two of a user's words share a token by accident. */
const TOKEN_CHARACTERS = 16;

/**
 * Encrypts what one account writes in one organisation (AES-256-GCM). A value is `e1.{id of the data key}.{sealed}`; user,
 * record and field are authenticated with it.
 */
export class UserCipher {
  private readonly keyId: string;
  private readonly contentKey: KeyObject;
  private readonly tokenKey: KeyObject;

  constructor(private readonly key: DataKey) {
    this.keyId = Buffer.from(parse(key.id)).toString('base64url');
    this.contentKey = createSecretKey(key.secret);
    const tokenSecret = hkdfSync('sha256', key.secret, '', 'triptych blind-index', KEY_BYTES);
    this.tokenKey = createSecretKey(Buffer.from(tokenSecret));
  }

  encrypt(place: FieldPlace, text: string): string {
    return `${FORMAT}.${this.keyId}.${seal(this.contentKey, this.contextOf(place), Buffer.from(text))}`;
  }

  /** Throws `Undecryptable`. */
  decrypt(place: FieldPlace, value: string): string {
    const [format, keyId, sealed, ...more] = value.split('.');
    if (format !== FORMAT || keyId !== this.keyId || sealed === undefined || more.length > 0)
      throw new Undecryptable();
    const text = unseal(this.contentKey, this.contextOf(place), sealed);
    if (!text) throw new Undecryptable();
    return text.toString();
  }

  /** What stands for a word in a blind index: equal words of one account have equal tokens, those of two accounts never. */
  token(word: string): string {
    return createHmac('sha256', this.tokenKey).update(word).digest('base64url').slice(0, TOKEN_CHARACTERS);
  }

  private contextOf({ collection, record, field }: FieldPlace): string {
    const { orgId, userId } = this.key;
    return JSON.stringify([FORMAT, orgId, userId, collection, record, field]);
  }
}

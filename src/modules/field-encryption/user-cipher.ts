import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

import { parse } from 'uuid';

import type { DataKey } from './data-key.js';
import { Undecryptable } from './field-encryption.errors.js';
import { seal, unseal } from './sealed-box.js';

/** The place of a value. It cannot be decrypted for any other place. */
export interface FieldPlace {
  collection: string;
  /** The id of the record. */
  record: string;
  /** `content`, `photos.0.caption`. */
  field: string;
}

const FORMAT = 'e1';
const KEY_BYTES = 32;
/** 96 bits, so that two words of a user never share a token by accident. */
const TOKEN_CHARACTERS = 16;

/**
 * Encrypts the content of one account in one organisation (AES-256-GCM). A value is `e1.{id of the data
 * key}.{sealed}`. User, record and field are authenticated with it.
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

  /**
   * Represents a word in a blind index. Equal words of one account have equal tokens; words of two accounts never do.
   */
  token(word: string): string {
    return createHmac('sha256', this.tokenKey).update(word).digest('base64url').slice(0, TOKEN_CHARACTERS);
  }

  private contextOf({ collection, record, field }: FieldPlace): string {
    const { orgId, userId } = this.key;
    return JSON.stringify([FORMAT, orgId, userId, collection, record, field]);
  }
}

import { type KeyObject, randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { ServerKeys } from '../../config/server-keys.js';
import type { DataKey, KeyOwner, WrappedDataKey } from './data-key.js';
import { DataKeyUnreadable, WrappingKeyMissing } from './field-encryption.errors.js';
import { seal, unseal } from './sealed-box.js';

const KEY_BYTES = 32;
const PURPOSE = 'data-keys';

/**
 * Encrypts data keys with the newest of `FIELD_ENCRYPTION_KEYS`, bound to their owner. Any key of the ring decrypts
 * them.
 */
@Injectable()
export class KeyWrapping {
  constructor(private readonly keys: ServerKeys) {}

  get newestId(): string {
    return this.keys.newestId;
  }

  /** A new random data key. */
  make({ orgId, userId }: KeyOwner): WrappedDataKey {
    return this.wrap({ orgId, userId, id: newId(), secret: randomBytes(KEY_BYTES) });
  }

  wrap({ orgId, userId, id, secret }: DataKey): WrappedDataKey {
    const wrappingKeyId = this.newestId;
    const wrappedKey = seal(this.keyOf(wrappingKeyId), contextOf({ orgId, userId, id }), secret);
    return { orgId, userId, id, wrappingKeyId, wrappedKey };
  }

  /** Throws `WrappingKeyMissing`, `DataKeyUnreadable`. */
  unwrap({ orgId, userId, id, wrappingKeyId, wrappedKey }: WrappedDataKey): DataKey {
    const secret = unseal(this.keyOf(wrappingKeyId), contextOf({ orgId, userId, id }), wrappedKey);
    if (secret?.length !== KEY_BYTES) throw new DataKeyUnreadable();
    return { orgId, userId, id, secret };
  }

  private keyOf(id: string): KeyObject {
    const key = this.keys.keyOf(PURPOSE, id);
    if (!key) throw new WrappingKeyMissing(id);
    return key;
  }
}

const contextOf = ({ orgId, userId, id }: Omit<DataKey, 'secret'>): string =>
  JSON.stringify([PURPOSE, orgId, userId, id]);

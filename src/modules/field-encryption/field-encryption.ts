import { Injectable } from '@nestjs/common';

import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { KeyOwner } from './data-key.js';
import { DataKeysRepository } from './data-keys.pg.repository.js';
import { HeldCiphers } from './held-ciphers.js';
import { KeyWrapping } from './key-wrapping.js';
import { UserCipher } from './user-cipher.js';

/** Encryption of fields at rest, with a separate key for each account in each organisation. */
@Injectable()
export class FieldEncryption {
  constructor(
    private readonly dataKeys: DataKeysRepository,
    private readonly wrapping: KeyWrapping,
    private readonly held: HeldCiphers,
  ) {}

  /**
   * The cipher of an account. If the account has no key, one is created. A key that this process holds costs nothing,
   * and works while PostgreSQL is away. Any other key costs one lookup. Rejects with `StoreUnavailable`,
   * `ReferenceGone` (the account is deleted), `WrappingKeyMissing`, `DataKeyUnreadable`.
   */
  forUser(orgId: string, userId: string): Promise<UserCipher> {
    const owner = { orgId, userId };
    return this.heldOr<never>(owner, async () => (await this.find(owner)) ?? (await this.make(owner)));
  }

  /**
   * Like `forUser`, but only for reading. Null if the account has no key, so that it has no encrypted content, or if
   * the key was destroyed.
   */
  ofReader(orgId: string, userId: string): Promise<UserCipher | null> {
    const owner = { orgId, userId };
    return this.heldOr<null>(owner, () => this.find(owner));
  }

  private async heldOr<Missing>(
    owner: KeyOwner,
    load: () => Promise<UserCipher | Missing>,
  ): Promise<UserCipher | Missing> {
    const held = this.held.get(owner);
    if (held?.isConfirmed) return held.cipher;
    try {
      return await load();
    } catch (error) {
      if (held && error instanceof StoreUnavailable) return held.cipher;
      throw error;
    }
  }

  private async make(owner: KeyOwner): Promise<UserCipher> {
    await this.dataKeys.insert(this.wrapping.make(owner));
    const cipher = await this.find(owner);
    if (!cipher) throw new Error('A data key was destroyed while it was made');
    return cipher;
  }

  private async find({ orgId, userId }: KeyOwner): Promise<UserCipher | null> {
    const found = await this.dataKeys.find(orgId, userId);
    if (!found) {
      this.held.drop({ orgId, userId });
      return null;
    }
    const cipher = new UserCipher(this.wrapping.unwrap(found));
    // The key of a transaction that may roll back is not held. If it rolls back, the values that the key encrypted are
    // not stored either.
    if (found.isCommitted) this.held.set(found, cipher);
    return cipher;
  }
}

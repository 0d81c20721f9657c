import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { DataKeysRepository } from './data-keys.pg.repository.js';
import { HeldCiphers } from './held-ciphers.js';

/**
 * Destroys the data keys of an account before anything else of it is deleted. From then on no copy of its content can
 * be decrypted.
 */
@Injectable()
export class DataKeysEraser implements AccountEraser {
  constructor(
    private readonly postgres: Postgres,
    private readonly dataKeys: DataKeysRepository,
    private readonly held: HeldCiphers,
  ) {}

  async erase(tx: Tx, _actor: Principal, userId: string): Promise<Erased> {
    const destroyed = await this.dataKeys.destroy(tx, userId);
    this.postgres.afterCommit(tx, () => {
      for (const owner of destroyed) this.held.drop(owner);
      return Promise.resolve();
    });
    return { tags: [], events: [] };
  }
}

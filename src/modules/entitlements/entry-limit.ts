import { Injectable } from '@nestjs/common';

import type { Tx } from '../../stores/postgres/postgres.js';
import { EntitlementsReadModel } from './entitlements.pg.read-model.js';
import { EntryCountsRepository } from './entry-counts.pg.repository.js';

/**
 * The plan's `entry_limit`, exactly, for an account in an organisation. Whoever makes or deletes an entry calls it in the same
 * transaction, and gives the event of it `entitlementTag`.
 */
@Injectable()
export class EntryLimit {
  constructor(
    private readonly entitlements: EntitlementsReadModel,
    private readonly counts: EntryCountsRepository,
  ) {}

  /**
   * Takes the place of one more entry; false where the limit is reached, and nothing has changed. Others who make or delete
   * entries of this account wait until the transaction ends.
   */
  async reserve(tx: Tx, orgId: string, userId: string): Promise<boolean> {
    const limit = await this.entitlements.entryLimit(tx, orgId, userId);
    return this.counts.increase(tx, orgId, userId, limit);
  }

  /** Gives the place of a deleted entry back. */
  release(tx: Tx, orgId: string, userId: string): Promise<void> {
    return this.counts.decrease(tx, orgId, userId);
  }

  /** Takes the places of entries that are there already, whatever the limit. */
  exceed(tx: Tx, orgId: string, userId: string, entries = 1): Promise<void> {
    return this.counts.add(tx, orgId, userId, entries);
  }

  /** For a repair: nothing else takes or gives back a place of this account until the transaction ends. */
  hold(tx: Tx, orgId: string, userId: string): Promise<void> {
    return this.counts.lock(tx, orgId, userId);
  }

  set(tx: Tx, orgId: string, userId: string, totalEntries: number): Promise<void> {
    return this.counts.set(tx, orgId, userId, totalEntries);
  }
}

import { Injectable } from '@nestjs/common';

import type { Tx } from '../../stores/postgres/postgres.js';
import { EntitlementsReadModel } from './entitlements.pg.read-model.js';
import { EntryCountsRepository } from './entry-counts.pg.repository.js';

/**
 * Enforces the plan's `entry_limit`, exactly, for an account in an organisation. Code that creates or deletes an entry
 * calls it in the same transaction, and adds `entitlementTag` to its event.
 */
@Injectable()
export class EntryLimit {
  constructor(
    private readonly entitlements: EntitlementsReadModel,
    private readonly counts: EntryCountsRepository,
  ) {}

  /**
   * Reserves one more entry. False, without any change, if the limit is reached. Other transactions that create or
   * delete entries of this account wait until this one ends.
   */
  async reserve(tx: Tx, orgId: string, userId: string): Promise<boolean> {
    const limit = await this.entitlements.entryLimit(tx, orgId, userId);
    return this.counts.increase(tx, orgId, userId, limit);
  }

  /** Releases the reservation of a deleted entry. */
  release(tx: Tx, orgId: string, userId: string): Promise<void> {
    return this.counts.decrease(tx, orgId, userId);
  }

  /** Takes the places of entries that are there already, whatever the limit. */
  exceed(tx: Tx, orgId: string, userId: string, entries = 1): Promise<void> {
    return this.counts.add(tx, orgId, userId, entries);
  }

  /** For a repair: no other transaction can reserve or release an entry of this account until this one ends. */
  hold(tx: Tx, orgId: string, userId: string): Promise<void> {
    return this.counts.lock(tx, orgId, userId);
  }

  set(tx: Tx, orgId: string, userId: string, totalEntries: number): Promise<void> {
    return this.counts.set(tx, orgId, userId, totalEntries);
  }
}

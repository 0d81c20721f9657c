import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import {
  EntryAddresses,
  type OutdatedEntry,
  tagsShowingAddresses,
} from './entry-addresses.mongo.repository.js';

/** An entry that was stored with an outdated address of its account. */
export interface Correction {
  entry: OutdatedEntry;
  address: string | null;
}

/**
 * Corrects entries whose address changed while they were written, because `Readdressing` may have run before they
 * existed.
 */
@Injectable()
export class AddressCorrections {
  private readonly logger = new Logger(AddressCorrections.name);

  constructor(
    private readonly entries: EntryAddresses,
    private readonly cache: TaggedCache,
  ) {}

  /** The entries are stored already, so if MongoDB goes away now, `db:verify` finds those that were not corrected. */
  async apply(corrections: readonly Correction[]): Promise<void> {
    try {
      for (const [address, group] of Map.groupBy(corrections, (correction) => correction.address)) {
        const entries = group.map(({ entry }) => entry);
        await this.entries.replace(entries, address);
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.logger.warn(`The address of ${corrections.length} entries could not be corrected`);
    }
    const orgIds = new Set(corrections.map(({ entry }) => entry.organization_id));
    await this.cache.invalidate([...orgIds].flatMap(tagsShowingAddresses));
  }
}

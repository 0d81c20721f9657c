import { Injectable, Logger } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { readAhead } from '../read-ahead.js';
import { AddressedEntries, type OutdatedStretch, sizeOf } from './addressed-entries.js';
import { AwaitedDeliveries } from './awaited-deliveries.js';
import { OutboxTuning } from './outbox-tuning.js';
import {
  type AddressChange,
  type LeasedReaddressing,
  ReaddressingRows,
} from './readdressing-rows.pg.repository.js';

/**
 * Makes the older entries about an account follow its new address, or lose it. Runs beside the relay, after the event
 * that changed the address is delivered, so that hundreds of thousands of entries hold up no delivery. The lease is
 * renewed between batches. After a crash another process finds the remaining work by examining the entries themselves.
 */
@Injectable()
export class Readdressing {
  private readonly logger = new Logger(Readdressing.name);
  private running: Promise<void> | null = null;
  private again: NodeJS.Timeout | null = null;
  private isWanted = false;
  private isStopping = false;

  constructor(
    private readonly rows: ReaddressingRows,
    private readonly entries: AddressedEntries,
    private readonly cache: TaggedCache,
    private readonly awaited: AwaitedDeliveries,
    private readonly tuning: OutboxTuning,
  ) {}

  /** Checks whether there is work, and does it. Never fails, because work that fails is found again. */
  wake(): void {
    this.isWanted = true;
    if (this.isStopping) return;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
  }

  /** Stops after the batch under way. Another process takes over the rest. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.again) clearTimeout(this.again);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.isWanted && !this.isStopping) {
        this.isWanted = false;
        for (let leased = await this.rows.claim(); leased; leased = await this.rows.claim()) {
          await this.follow(leased);
          if (this.isStopping) return;
        }
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        this.logger.error({ err: error }, 'Entries could not follow an address; tried again');
    }
  }

  private async follow(leased: LeasedReaddressing): Promise<void> {
    try {
      const isDone = leased.change !== null && (await this.readdress(leased.eventId, leased.change));
      if (isDone) {
        await this.rows.finish(leased.eventId);
        this.awaited.arrived([leased.eventId]);
      } else await this.later(leased);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) {
        this.logger.error({ err: error }, `Entries could not follow event ${leased.eventId}`);
        return this.rows.defer(leased, 'failed');
      }
      await this.rows.defer(leased, this.tuning.pollMs);
    }
  }

  /**
   * False: some entries may be left, because of an event under way, another process, or tags that could not be
   * replaced.
   */
  private async readdress(eventId: string, change: AddressChange): Promise<boolean> {
    // Asked before the entries are read, so that the reading sees everything that is settled now.
    const isSettled = await this.rows.isSettled(eventId, change.userId);
    let areAllChanged = true;
    for await (const batch of readAhead(this.kept(eventId, change))) {
      if (!batch || this.isStopping) return false;
      const changed = await this.entries.replaceWithin(change.userId, batch, change.address);
      if (changed !== sizeOf(batch)) areAllChanged = false;
    }
    const orgIds = await this.rows.organizations(eventId);
    const areTagsFresh = await this.cache.invalidate(orgIds.flatMap((orgId) => this.entries.tagsOf(orgId)));
    return isSettled && areAllChanged && areTagsFresh;
  }

  /**
   * Batches of outdated entries; the lease is renewed for each. Yields null when this process does not hold the lease
   * any more.
   */
  private async *kept(
    eventId: string,
    { userId, address }: AddressChange,
  ): AsyncGenerator<OutdatedStretch[] | null> {
    for await (const batch of this.entries.outdated(userId, address, this.tuning.readdressBatch)) {
      const isOurs = await this.rows.keep(eventId, organizationsOf(batch));
      yield isOurs ? batch : null;
      if (!isOurs) return;
    }
  }

  private async later(leased: LeasedReaddressing): Promise<void> {
    const delayMs = this.isStopping ? 0 : this.tuning.readdressAgainMs;
    await this.rows.defer(leased, leased.change === null ? 'failed' : delayMs);
    this.again ??= setTimeout(() => {
      this.again = null;
      this.wake();
    }, delayMs).unref();
  }
}

const organizationsOf = (batch: readonly OutdatedStretch[]): string[] => [
  ...new Set(batch.map(({ orgId }) => orgId)),
];

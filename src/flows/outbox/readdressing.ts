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
 * Lets the older entries about an account follow its new address, or forget it. Beside the relay, and after the event
 * that changed it: hundreds of thousands of entries hold up nobody. Between batches the lease is renewed; who comes
 * after a crash finds what is left by looking at the entries themselves.
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

  /** Looks whether there is anything to do, and does it. Never fails: what goes wrong is found again. */
  wake(): void {
    this.isWanted = true;
    if (this.isStopping) return;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
  }

  /** After the batch under way. What is left is another process's. */
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

  /** False: some may be left, because of an event on its way, another process, or a cache that could not be told. */
  private async readdress(eventId: string, change: AddressChange): Promise<boolean> {
    // Asked first: what is settled now is seen by the reading that begins after it.
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

  /** Batches of outdated entries, the lease renewed for each; then null where it is not ours any more. */
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

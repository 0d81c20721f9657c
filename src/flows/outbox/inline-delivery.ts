import { Injectable, Logger } from '@nestjs/common';

import { GroupCommit, GroupsFull } from '../queue/group-commit.js';
import { AwaitedDeliveries } from './awaited-deliveries.js';
import { Delivery } from './delivery.js';
import { OutboxCounters } from './outbox-counters.js';
import type { LeasedEvent } from './outbox-queue.pg.repository.js';
import { OutboxTuning } from './outbox-tuning.js';
import { Settlement } from './settlement.js';

interface Submitted {
  leased: LeasedEvent;
  /** `performance.now()` before the lease began. */
  leasedAt: number;
}

/** Delivers events right after their commit, those of all concurrent requests together. */
@Injectable()
export class InlineDelivery {
  private readonly logger = new Logger(InlineDelivery.name);
  private readonly groups: GroupCommit<Submitted>;

  constructor(
    private readonly delivery: Delivery,
    private readonly settlement: Settlement,
    private readonly awaited: AwaitedDeliveries,
    private readonly counters: OutboxCounters,
    private readonly tuning: OutboxTuning,
  ) {
    const limits = { ...tuning.groups, gatherMs: tuning.gatherMs };
    this.groups = new GroupCommit(limits, (submitted) => this.deliver(submitted));
  }

  /** Does not wait and never fails. The relay delivers what fails here, when the lease ends. */
  submit(events: readonly LeasedEvent[], leasedAt: number): void {
    this.groups.add(events.map((leased) => ({ leased, leasedAt }))).catch((error: unknown) => {
      if (error instanceof GroupsFull) this.logger.debug('Much is waiting; the relay takes over');
      else this.logger.error({ err: error }, 'Inline delivery failed; the relay takes over');
      this.awaited.abandon(events.map(({ event }) => event.id));
    });
  }

  async drain(): Promise<void> {
    await this.groups.idle();
    await this.settlement.idle();
  }

  private async deliver(submitted: readonly Submitted[]): Promise<void> {
    // Near the end of a lease another process may begin to deliver the event, and later events with it.
    const oldest = performance.now() - this.tuning.leaseMs / 2;
    const batch = submitted.filter(({ leasedAt }) => leasedAt > oldest).map(({ leased }) => leased);
    if (batch.length === 0) return;
    const outcomes = await this.delivery.deliver(batch);
    const missed = outcomes.filter(({ kind }) => kind !== 'delivered').map(({ id }) => id);
    this.counters.inline += outcomes.length - missed.length;
    this.awaited.abandon(missed);
    void this.settlement.record(outcomes);
  }
}

import { Injectable } from '@nestjs/common';

/** The numbers of the outbox in one place, so that a test can shorten them. */
@Injectable()
export class OutboxTuning {
  /** How long a process may take to deliver what it has leased, before another one takes over. */
  readonly leaseMs: number = 10_000;
  /** The events of one claim and of one write to MongoDB. */
  readonly batchSize: number = 500;
  /** What may wait in a process for a delivery, or to be marked: beyond it the relay takes over when the leases end. */
  readonly maxWaiting: number = 20_000;
  /** After so many failures an event is a dead letter. With the back-off: after about half a minute. */
  readonly maxAttempts: number = 8;
  readonly backOffBaseMs: number = 200;
  readonly backOffLimitMs: number = 60_000;
  /** How long a caller waits at most for its activity entry to be readable. */
  readonly visibleWithinMs: number = 250;
  /** The safety net under LISTEN/NOTIFY. */
  readonly pollMs: number = 1_000;
  /** How often the relay looks whether its LISTEN connection is still there. */
  readonly listenCheckMs: number = 10_000;
  /** The entries of one write while an address is changed everywhere, between two looks at the lease. */
  readonly readdressBatch: number = 5_000;
  /** How long until older entries are looked at again where an event with the old address is still on its way. */
  readonly readdressAgainMs: number = 100;
  /** How long a shutdown waits for deliveries under way. */
  readonly drainMs: number = 4_000;

  get groups(): { perFlush: number; waiting: number } {
    return { perFlush: this.batchSize, waiting: this.maxWaiting };
  }
}

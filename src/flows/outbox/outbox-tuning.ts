import { Injectable } from '@nestjs/common';

/** The numbers of the outbox in one place, so that a test can shorten them. */
@Injectable()
export class OutboxTuning {
  /** How long a process may take to deliver what it has leased, before another process takes over. */
  readonly leaseMs: number = 10_000;
  /** How many events one claim and one write to MongoDB contain. */
  readonly batchSize: number = 500;
  /**
   * How many events may wait in a process to be delivered or marked. Beyond it the relay takes over when the leases
   * end.
   */
  readonly maxWaiting: number = 20_000;
  /** After so many failures an event is a dead letter. With the back-off: after about half a minute. */
  readonly maxAttempts: number = 8;
  readonly backOffBaseMs: number = 200;
  readonly backOffLimitMs: number = 60_000;
  /** How long a caller waits at most for its activity entry to be readable. */
  readonly visibleWithinMs: number = 250;
  /** How long a delivery waits for further events if several requests wait for it. Fewer writes carry more events. */
  readonly gatherMs: number = 4;
  /** The safety net under LISTEN/NOTIFY. */
  readonly pollMs: number = 1_000;
  /** How often the relay checks that its LISTEN connection still exists. */
  readonly listenCheckMs: number = 10_000;
  /** How many entries one write changes when an address changes. The lease is checked between two writes. */
  readonly readdressBatch: number = 5_000;
  /** How long until older entries are examined again if an event with the old address is still under way. */
  readonly readdressAgainMs: number = 100;
  /** How long a shutdown waits for deliveries under way. */
  readonly drainMs: number = 4_000;

  get groups(): { perFlush: number; waiting: number } {
    return { perFlush: this.batchSize, waiting: this.maxWaiting };
  }
}

/** A queue from which rounds claim. */
export interface ClaimableQueue<Claimed> {
  claim: (atMost?: number) => Promise<Claimed>;
  /** Releases every claim of this process. */
  releaseClaims: () => Promise<void>;
  /** How long until a row that may not be claimed now can be claimed. Infinite if none waits. */
  nextDueInMs: () => Promise<number>;
}

/** The result of delivering one claim. */
export interface RoundResult {
  /** At least one of the claimed rows is delivered, so the next round follows at once. */
  hasDelivered: boolean;
  /** False if the outcomes may not have been recorded. */
  isRecorded: boolean;
  /** MongoDB refused everything that was claimed, so the next claim can wait. */
  isRefused: boolean;
}

/** However slow MongoDB is, it takes so many in one write before the driver gives up. */
const SMALLEST_CLAIM = 8;

/**
 * Claims the due rows, has them delivered, and decides when the next round follows. After a round of which MongoDB took
 * nothing, the next claims half as many, because a write that is too large for a slow MongoDB is never answered in time.
 */
export class RelayRound<Claimed> {
  /** A claim or a settlement has failed, but PostgreSQL may have carried it out. */
  private mayHoldLost = false;
  private atMost: number;

  constructor(
    private readonly queue: ClaimableQueue<Claimed>,
    private readonly tuning: { pollMs: number; batchSize: number },
    private readonly deliver: (claimed: Claimed) => Promise<RoundResult>,
  ) {
    this.atMost = tuning.batchSize;
  }

  /** How many milliseconds to pause after it. Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async run(): Promise<number> {
    if (this.mayHoldLost) await this.queue.releaseClaims();
    this.mayHoldLost = true;
    const { hasDelivered, isRecorded, isRefused } = await this.deliver(await this.queue.claim(this.atMost));
    this.mayHoldLost = !isRecorded;
    const { pollMs, batchSize } = this.tuning;
    if (hasDelivered) {
      this.atMost = Math.min(batchSize, 2 * this.atMost);
      return 0;
    }
    if (isRefused) {
      this.atMost = Math.max(SMALLEST_CLAIM, Math.floor(this.atMost / 2));
      return pollMs;
    }
    return Math.min(pollMs, Math.max(10, await this.queue.nextDueInMs()));
  }
}

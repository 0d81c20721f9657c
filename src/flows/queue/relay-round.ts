/** A queue from which rounds claim. */
export interface ClaimableQueue<Claimed> {
  claim: () => Promise<Claimed>;
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

/** Claims the due rows, has them delivered, and decides when the next round follows. */
export class RelayRound<Claimed> {
  /** A claim or a settlement has failed, but PostgreSQL may have carried it out. */
  private mayHoldLost = false;

  constructor(
    private readonly queue: ClaimableQueue<Claimed>,
    private readonly pollMs: number,
    private readonly deliver: (claimed: Claimed) => Promise<RoundResult>,
  ) {}

  /** How many milliseconds to pause after it. Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async run(): Promise<number> {
    if (this.mayHoldLost) await this.queue.releaseClaims();
    this.mayHoldLost = true;
    const { hasDelivered, isRecorded, isRefused } = await this.deliver(await this.queue.claim());
    this.mayHoldLost = !isRecorded;
    if (hasDelivered) return 0;
    if (isRefused) return this.pollMs;
    return Math.min(this.pollMs, Math.max(10, await this.queue.nextDueInMs()));
  }
}

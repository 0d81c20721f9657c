/** A queue from which rounds claim. */
export interface ClaimableQueue<Claimed> {
  claim: () => Promise<Claimed>;
  /** Gives back what this process has claimed. */
  releaseClaims: () => Promise<void>;
  /** How long until a row may be claimed that may not be now; infinite where none waits. */
  nextDueInMs: () => Promise<number>;
}

/** What became of a claim. */
export interface RoundResult {
  /** Of the claimed rows at least one is done, so the next round follows at once. */
  hasDelivered: boolean;
  /** False where the outcomes may not have been recorded. */
  isRecorded: boolean;
  /** MongoDB took nothing of what was claimed, so that there is no hurry to claim it again. */
  isRefused: boolean;
}

/** Claims what is due, has it delivered, and says when to do so again. */
export class RelayRound<Claimed> {
  /** A claim or a settlement has failed: PostgreSQL may have carried it out. */
  private mayHoldLost = false;

  constructor(
    private readonly queue: ClaimableQueue<Claimed>,
    private readonly pollMs: number,
    private readonly deliver: (claimed: Claimed) => Promise<RoundResult>,
  ) {}

  /** How many milliseconds to pause after it. Rejects with `StoreUnavailable` where PostgreSQL does not answer. */
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

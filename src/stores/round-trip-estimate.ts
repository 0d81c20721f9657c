/**
 * Estimates how long an answer usually takes and how much that varies, with the estimator of RFC 6298, section 2. A
 * store that is slow because the machine is busy raises the estimate with every answer. A frozen one gives no answers.
 */
export class RoundTripEstimate {
  private smoothedMs: number | null = null;
  private variationMs = 0;

  add(ms: number): void {
    if (this.smoothedMs === null) {
      this.smoothedMs = ms;
      this.variationMs = ms / 2;
      return;
    }
    this.variationMs += (Math.abs(ms - this.smoothedMs) - this.variationMs) / 4;
    this.smoothedMs += (ms - this.smoothedMs) / 8;
  }

  /** The time after which an answer is overdue: the retransmission time-out of the RFC. 0 before the first answer. */
  get overdueMs(): number {
    return (this.smoothedMs ?? 0) + 4 * this.variationMs;
  }
}

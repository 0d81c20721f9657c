import { Injectable } from '@nestjs/common';

/** The numbers of the continuous comparison in one place, so that a test can change them. */
@Injectable()
export class AgreementTuning {
  /** How often one instance compares recent changes. */
  readonly recentEveryMs: number = 15_000;
  /** How far back a change counts as recent. */
  readonly recentMs: number = 10 * 60_000;
  /** How far back a comparison goes at most, to see whether a difference that it has found is still there. */
  readonly recentLimitMs: number = 60 * 60_000;
  /** Share of one core. Both comparisons together stay at a twentieth. */
  readonly recentShare: number = 0.03;
  readonly passShare: number = 0.02;
  /** A comparison that takes longer is aborted, and so is a pass. */
  readonly recentTimeoutMs: number = 10 * 60_000;
  readonly passTimeoutMs: number = 14 * 86_400_000;
  /** The number of differences of one check that are recorded one by one. */
  readonly maxDifferences: number = 10_000;
}

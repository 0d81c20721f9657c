import { Injectable } from '@nestjs/common';

/** The numbers of the continuous comparison in one place, so that a test can change them. */
@Injectable()
export class AgreementTuning {
  /** How often one instance compares what has changed lately. */
  readonly recentEveryMs: number = 15_000;
  /** What that is. */
  readonly recentMs: number = 10 * 60_000;
  /** How far back it goes at most, to see whether a difference that it has found is still there. */
  readonly recentLimitMs: number = 60 * 60_000;
  /** Of one core: both together stay at a twentieth. */
  readonly recentShare: number = 0.03;
  readonly passShare: number = 0.02;
  /** A look that takes longer is given up; so is a pass. */
  readonly recentTimeoutMs: number = 10 * 60_000;
  readonly passTimeoutMs: number = 14 * 86_400_000;
  /** Differences of one check that are remembered one by one. */
  readonly maxDifferences: number = 10_000;
}

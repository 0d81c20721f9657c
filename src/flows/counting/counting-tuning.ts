import { Injectable } from '@nestjs/common';

/** The numbers of counting in one place, so that a test can change them. */
@Injectable()
export class CountingTuning {
  /** A write that is older counts nothing itself any more: the recovery does. Far above every limit of the driver. */
  readonly ownMs: number = 20_000;
  /** The recovery counts what a write of this age has left. */
  readonly abandonedMs: number = 40_000;
  readonly recoverEveryMs: number = 15_000;
  /** How often roll-ups forget the writes that cannot be repeated any more. */
  readonly forgetEveryMs: number = 2_000;
  /** By how much the clocks of two processes may differ. */
  readonly clockSkewMs: number = 5_000;
}

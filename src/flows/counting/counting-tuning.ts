import { Injectable } from '@nestjs/common';

/** The numbers of counting in one place, so that a test can change them. */
@Injectable()
export class CountingTuning {
  /**
   * A process does not count its own write after this age; the recovery does. Far above every timeout of the driver.
   */
  readonly ownMs: number = 20_000;
  /** The recovery counts the writes that are still open at this age. */
  readonly abandonedMs: number = 40_000;
  readonly recoverEveryMs: number = 15_000;
  /** How often roll-ups drop the ids of writes that cannot be repeated any more. */
  readonly forgetEveryMs: number = 2_000;
  /** The largest assumed difference between the clocks of two processes. */
  readonly clockSkewMs: number = 5_000;
}

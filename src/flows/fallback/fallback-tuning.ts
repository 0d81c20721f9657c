import { Injectable } from '@nestjs/common';

/** The numbers of the reconciler in one place, so that a test can shorten them. */
@Injectable()
export class FallbackTuning {
  /** A mark that is younger belongs to a write that is still under way. */
  readonly underWayMs: number = 2_000;
  /** How long to wait for the rest where some records could not be made equal. */
  readonly againMs: number = 1_000;
  readonly batch: number = 200;
  readonly concurrency: number = 8;
  /** A mark that is older is no longer taken for a change under way: `db:verify` reports the difference. */
  readonly overdueMs: number = 60_000;
}

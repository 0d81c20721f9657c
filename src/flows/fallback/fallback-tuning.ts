import { Injectable } from '@nestjs/common';

/** The numbers of the reconciler in one place, so that a test can shorten them. */
@Injectable()
export class FallbackTuning {
  /** A mark that is younger belongs to a write that is still under way. */
  readonly underWayMs: number = 2_000;
  /** How long to wait before the next attempt if some records could not be made equal. */
  readonly againMs: number = 1_000;
  readonly batch: number = 200;
  readonly concurrency: number = 8;
  /** An older mark does not count as a change under way any more, so `db:verify` reports the difference. */
  readonly overdueMs: number = 60_000;
}

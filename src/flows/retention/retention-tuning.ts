import { Injectable } from '@nestjs/common';

/** The numbers of the retention in one place, so that a test can change them. */
@Injectable()
export class RetentionTuning {
  /** The months beside the current one that have a partition ready. */
  readonly monthsAhead: number = 3;
  readonly eachMs: number = 3_600_000;
  /** After a failure, or a table that was in use. */
  readonly againMs: number = 60_000;
}

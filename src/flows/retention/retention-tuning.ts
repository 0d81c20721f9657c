import { Injectable } from '@nestjs/common';

/** The numbers of the retention in one place, so that a test can change them. */
@Injectable()
export class RetentionTuning {
  /** For how many months after the current one a partition exists in advance. */
  readonly monthsAhead: number = 3;
  readonly eachMs: number = 3_600_000;
  /** The pause after a failure, or when a table was in use. */
  readonly againMs: number = 60_000;
}

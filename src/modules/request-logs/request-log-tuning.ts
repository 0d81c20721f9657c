import { Injectable } from '@nestjs/common';

/** The numbers of request logs in one place, so that a test can change them. */
@Injectable()
export class RequestLogTuning {
  readonly flushEveryMs: number = 1_000;
  /** The limit of one flush. Writing so many each second takes some hundredths of a second of the process. */
  readonly flushLimit: number = 2_000;
  /** How many entries may wait. */
  readonly capacity: number = 10_000;
  /** From this number on `info` is not accepted any more, so that there is room for warnings and errors. */
  readonly infoCapacity: number = 5_000;
}

import { Injectable } from '@nestjs/common';

/** The numbers of request logs in one place, so that a test can change them. */
@Injectable()
export class RequestLogTuning {
  readonly flushEveryMs: number = 1_000;
  /** Of one flush: what a process writes in a second costs it some hundredths of that second. */
  readonly flushLimit: number = 2_000;
  /** Entries that wait at the most. */
  readonly capacity: number = 10_000;
  /** From so many on `info` is not taken any more, so that warnings and errors have room. */
  readonly infoCapacity: number = 5_000;
}

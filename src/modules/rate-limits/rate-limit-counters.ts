import { Injectable } from '@nestjs/common';

/** The requests that this process has limited, for the metrics. */
@Injectable()
export class RateLimitCounters {
  admitted = 0;
  refused = 0;
  /** Requests that only this instance has counted, because Redis was away. */
  alone = 0;

  counted(isAdmitted: boolean): void {
    if (isAdmitted) this.admitted += 1;
    else this.refused += 1;
  }

  aloneOnce(): void {
    this.alone += 1;
  }
}

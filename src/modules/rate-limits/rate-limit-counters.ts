import { Injectable } from '@nestjs/common';

/** What this process has limited, for the metrics. */
@Injectable()
export class RateLimitCounters {
  admitted = 0;
  refused = 0;
  /** Requests that were counted in this instance alone, because Redis was away. */
  alone = 0;

  counted(isAdmitted: boolean): void {
    if (isAdmitted) this.admitted += 1;
    else this.refused += 1;
  }

  aloneOnce(): void {
    this.alone += 1;
  }
}

import { Injectable } from '@nestjs/common';

/** What this process has done since its start. */
@Injectable()
export class OutboxCounters {
  /** Events written in MongoDB, repeats included. */
  delivered = 0;
  /** Of them those that were delivered straight after their commit, without a claim. */
  inline = 0;
  /** Attempts that MongoDB, or a projection, refused. */
  failed = 0;
  /** Told of each event once it can be read in MongoDB: how long after it was recorded, in milliseconds. */
  onVisible: (lagMs: number) => void = () => undefined;
}

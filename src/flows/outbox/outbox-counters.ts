import { Injectable } from '@nestjs/common';

/** Counts what this process has done since its start. */
@Injectable()
export class OutboxCounters {
  /** Events written to MongoDB, repeats included. */
  delivered = 0;
  /** Those of them that were delivered right after their commit, without a claim. */
  inline = 0;
  /** Attempts that MongoDB or a projection refused. */
  failed = 0;
  /** Called for each event once it can be read in MongoDB, with the time since it was recorded, in milliseconds. */
  onVisible: (lagMs: number) => void = () => undefined;
}

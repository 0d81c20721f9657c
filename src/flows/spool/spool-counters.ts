import { Injectable } from '@nestjs/common';

/** Counts what this process has done since its start. */
@Injectable()
export class SpoolCounters {
  /** Documents taken into the spool because MongoDB could not be reached. */
  accepted = 0;
  /** Documents of the spool that were written to MongoDB, repeats included. */
  delivered = 0;
  /** Attempts that MongoDB refused. */
  failed = 0;
}

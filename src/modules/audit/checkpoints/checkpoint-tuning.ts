import { Injectable } from '@nestjs/common';

/** The numbers of the checkpoints in one place, so that a test can change them. */
@Injectable()
export class CheckpointTuning {
  /**
   * How old an id has to be to be sealed: longer than a direct write takes from making its id to being readable, and
   * than the clocks of the processes are apart. What comes later has to be known to PostgreSQL (outbox, spool).
   */
  readonly settleMs: number = 60_000;
  readonly everyMs: number = 60_000;
  /** How long a process may be silent before another one seals. */
  readonly leaseMs: number = 30_000;
  /** Entries that are read, digested and committed at once; the most that one checkpoint covers. */
  readonly pageSize: number = 500;
  /** Sealed ids that the search for inserted entries keeps in memory at once. */
  readonly idsAtOnce: number = 250_000;
  /** Findings that are named; all are counted. */
  readonly namedFindings: number = 100;
}

import { Injectable } from '@nestjs/common';

/** The numbers of the checkpoints in one place, so that a test can change them. */
@Injectable()
export class CheckpointTuning {
  /**
   * The age at which an id is sealed. It exceeds the time that a direct write takes from making its id to being
   * readable, and the difference between the processes' clocks. PostgreSQL (outbox, spool) has to know every entry
   * that comes later.
   */
  readonly settleMs: number = 60_000;
  readonly everyMs: number = 60_000;
  /** How long a process may be silent before another process seals. */
  readonly leaseMs: number = 30_000;
  /** How many entries are read, digested and committed at once; the most that one checkpoint covers. */
  readonly pageSize: number = 500;
  /** How many sealed ids the search for inserted entries keeps in memory at once. */
  readonly idsAtOnce: number = 250_000;
  /** How many findings are named. All are counted. */
  readonly namedFindings: number = 100;
}

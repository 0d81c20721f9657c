import { Injectable } from '@nestjs/common';

/** The numbers of live streams in one place, so that a test can shorten them. */
@Injectable()
export class LiveTuning {
  /** After such a silence the stream sends a comment and checks the credential. */
  readonly commentMs: number = 15_000;
  /** How often a stream reads while Redis wakes it: the safety net. */
  readonly pollMs: number = 10_000;
  /** How often it reads while Redis is away. */
  readonly pollAloneMs: number = 1_000;
  /** A client that takes nothing for so long is disconnected. */
  readonly slowMs: number = 30_000;
  /**
   * How long a client is asked to wait before it reconnects. A random time of up to the same length is added, so that
   * clients do not all come at once.
   */
  readonly retryMs: number = 1_000;
  /** How many events one read returns. */
  readonly batch: number = 100;
  readonly maxPerPrincipal: number = 20;
  readonly maxPerInstance: number = 2_000;
  /** How often an instance with streams checks that Redis still passes messages on. */
  readonly heartbeatMs: number = 1_000;
}

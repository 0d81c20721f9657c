import { Injectable } from '@nestjs/common';

/** The numbers of live streams in one place, so that a test can shorten them. */
@Injectable()
export class LiveTuning {
  /** A comment goes out where nothing else did for so long, and the credential is looked at. */
  readonly commentMs: number = 15_000;
  /** How often a stream reads while it is woken through Redis: the safety net. */
  readonly pollMs: number = 10_000;
  /** How often it reads while Redis is away. */
  readonly pollAloneMs: number = 1_000;
  /** A client that takes nothing for so long is cut off. */
  readonly slowMs: number = 30_000;
  /** How long a client is asked to wait before it reconnects, and up to as much again, so that not all come at once. */
  readonly retryMs: number = 1_000;
  /** The events of one read. */
  readonly batch: number = 100;
  readonly maxPerPrincipal: number = 20;
  readonly maxPerInstance: number = 2_000;
  /** How often an instance with streams looks whether Redis still passes messages on. */
  readonly heartbeatMs: number = 1_000;
}

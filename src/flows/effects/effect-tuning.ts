import { Injectable } from '@nestjs/common';

/** The numbers of effects in one place, so that a test can change them. */
@Injectable()
export class EffectTuning {
  /** How often a relay looks for effects that no request has applied. */
  readonly pollMs: number = 1_000;
  /** How often a relay looks for deleted documents that were not removed. */
  readonly sweepMs: number = 10_000;
  /** How many documents one round examines. */
  readonly batchSize: number = 200;
  /** How long a caller waits at most for its effects to be readable. */
  readonly visibleWithinMs: number = 250;
  /** How long a relay's claim lasts. */
  readonly claimMs: number = 5_000;
  /** How long before the end of a claim a relay stops starting writes. */
  readonly claimReserveMs: number = 1_000;
  /** How long counted ids are kept after their effects were recorded. It must exceed the duration of a write. */
  readonly settleMs: number = 2_000;
  /** After so many failures an effect is a dead letter. With the back-off: after about half a minute. */
  readonly maxAttempts: number = 8;
  readonly backOffBaseMs: number = 200;
  readonly backOffLimitMs: number = 60_000;
  /** How long until the cache tags of an applied effect are replaced again after a failure. */
  readonly tagsAgainMs: number = 1_000;
  /** How long a shutdown waits for operations that requests have begun. */
  readonly drainMs: number = 4_000;
}

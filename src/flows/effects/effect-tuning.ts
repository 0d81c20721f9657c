import { Injectable } from '@nestjs/common';

/** The numbers of effects in one place, so that a test can change them. */
@Injectable()
export class EffectTuning {
  /** How often a relay looks for effects that no request has applied. */
  readonly pollMs: number = 1_000;
  /** How often a relay looks for deleted documents that were left behind. */
  readonly sweepMs: number = 10_000;
  /** Documents of one look. */
  readonly batchSize: number = 200;
  /** How long a caller waits at most for its effects to be readable. */
  readonly visibleWithinMs: number = 250;
  /** How long a relay has what it claimed to itself. */
  readonly claimMs: number = 5_000;
  /** So long before a claim ends, no write of it is begun any more. */
  readonly claimReserveMs: number = 1_000;
  /** How long counted ids are remembered after their effects were recorded: longer than a write that is under way. */
  readonly settleMs: number = 2_000;
  /** After so many failures an effect is a dead letter. With the back-off: after about half a minute. */
  readonly maxAttempts: number = 8;
  readonly backOffBaseMs: number = 200;
  readonly backOffLimitMs: number = 60_000;
  /** How long until the cache is told again of an applied effect. */
  readonly tagsAgainMs: number = 1_000;
  /** How long a shutdown waits for what requests have begun. */
  readonly drainMs: number = 4_000;
}

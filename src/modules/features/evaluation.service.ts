import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { type ContextInput, contextOf } from './evaluation/evaluation-context.js';
import { canReadFeatures } from './features.policy.js';
import type { EvaluatedFlag } from './flag-answer.js';
import { UsageCounter } from './metrics/usage-counter.service.js';
import { FlagSnapshots } from './snapshots/flag-snapshots.service.js';

export interface Evaluation {
  flags: readonly EvaluatedFlag[];
  /** The stores are away, so the answers are based on the last flags that this instance has loaded. */
  isStale: boolean;
}

/**
 * Evaluates flags in process. Throws `Forbidden`. Rejects with `StoreUnavailable` if this instance has never loaded
 * the flags.
 */
@Injectable()
export class EvaluationService {
  constructor(
    private readonly snapshots: FlagSnapshots,
    private readonly usage: UsageCounter,
    private readonly clock: Clock,
  ) {}

  /** All flags by key, or the requested ones. Unknown and archived flags are absent. */
  async evaluate(
    actor: Principal,
    environment: string,
    context: ContextInput,
    keys?: readonly string[],
  ): Promise<Evaluation> {
    assertCan(canReadFeatures(actor));
    const { snapshot, isStale } = await this.snapshots.current(actor.orgId);
    const flags = snapshot.in(environment);
    const asked = keys ? keys.flatMap((key) => flags.find(key) ?? []) : flags.all;
    const person = contextOf(context, this.clock.now().getTime());
    const evaluated = asked.map((flag) => flags.evaluate(flag, person));
    // Environments that callers invent get no counters.
    if (snapshot.knows(environment)) this.usage.count(actor.orgId, environment, evaluated);
    return { flags: evaluated, isStale };
  }
}

import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

import { Unavailable } from '../../common/errors/kinds.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { Pace } from '../reconciliation/pace.js';
import { differencesOf, Reconciliation } from '../reconciliation/reconciliation.js';
import type { AgreementScope, AgreementState } from './agreement-state.js';
import { AgreementTuning } from './agreement-tuning.js';
import { AgreementRepository } from './agreement.pg.repository.js';

/** The process stops. Another process takes over the comparison at once. */
class ComparisonStopped extends Unavailable {}

/** Compares the stores continuously, at a pace that leaves the machine to requests. */
@Injectable()
export class Agreement implements OnModuleDestroy {
  private readonly logger = new Logger(Agreement.name);
  private readonly stopping = new AbortController();
  /** Records that this process has repaired. */
  repaired = 0;

  constructor(
    private readonly reconciliation: Reconciliation,
    private readonly found: AgreementRepository,
    private readonly tuning: AgreementTuning,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Stops the comparison before Nest waits for running jobs. */
  onModuleDestroy(): void {
    this.stopping.abort(new ComparisonStopped('The process is stopping'));
  }

  get isOn(): boolean {
    return this.config.verify.everyMs !== null;
  }

  get checks(): readonly string[] {
    return this.reconciliation.names;
  }

  /** Rejects with `StoreUnavailable` where PostgreSQL does not answer. */
  state(): Promise<AgreementState> {
    return this.found.state();
  }

  /** Compares recent changes. */
  async lookAtRecent(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const openMs = (await this.found.openSince())?.getTime() ?? nowMs;
    const sinceMs = Math.max(
      nowMs - this.tuning.recentLimitMs,
      Math.min(nowMs - this.tuning.recentMs, openMs),
    );
    await this.look('recent', new Date(sinceMs), this.tuning.recentShare, signal);
  }

  /** Compares everything. */
  pass(signal: AbortSignal): Promise<void> {
    return this.look('pass', null, this.tuning.passShare, signal);
  }

  /** `since` null: everything. */
  private async look(
    scope: AgreementScope,
    since: Date | null,
    share: number,
    signal: AbortSignal,
  ): Promise<void> {
    const startedAt = this.clock.now();
    const reports = await this.reconciliation.look({
      isRepair: this.config.verify.isRepair,
      pace: new Pace(share),
      signal: AbortSignal.any([signal, this.stopping.signal]),
      ...(since ? { since } : {}),
      onFound: async (all) => {
        const left = all.filter(({ repair }) => repair === null);
        this.repaired += all.length - left.length;
        await this.found.add(left, this.clock.now(), since);
      },
    });
    const checked = reports.reduce((sum, { compared }) => sum + compared, 0);
    const look = { scope, startedAt, finishedAt: this.clock.now(), checked };
    await this.found.finish(
      look,
      reports.map(({ name }) => name),
      since,
    );
    const differing = differencesOf(reports);
    if (differing > 0) this.logger.warn(`${differing} records differ between the stores (${scope})`);
  }
}

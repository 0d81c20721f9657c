import { Injectable, type OnModuleInit } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Jobs } from '../scheduler/jobs.js';
import type { PeriodicJob } from '../scheduler/scheduled-job.js';
import { Agreement } from './agreement.js';
import { AgreementTuning } from './agreement-tuning.js';

/**
 * Compares everything once in each period (`VERIFY_EVERY`), on one instance. If a pass takes longer than the period,
 * the next one follows it.
 */
@Injectable()
export class AgreementPassJob implements PeriodicJob, OnModuleInit {
  readonly name = 'agreement.pass';
  readonly kind = 'periodic';
  readonly everyMs: number;

  constructor(
    private readonly agreement: Agreement,
    private readonly jobs: Jobs,
    private readonly tuning: AgreementTuning,
    config: Config,
  ) {
    this.everyMs = config.verify.everyMs ?? 0;
  }

  /** Registered here instead of with `@ScheduledJob()`, because the job may be switched off. */
  onModuleInit(): void {
    if (this.agreement.isOn) this.jobs.register(this);
  }

  get timeoutMs(): number {
    return this.tuning.passTimeoutMs;
  }

  run({ signal }: { signal: AbortSignal }): Promise<void> {
    return this.agreement.pass(signal);
  }
}

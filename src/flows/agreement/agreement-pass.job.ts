import { Injectable, type OnModuleInit } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Jobs } from '../scheduler/jobs.js';
import type { PeriodicJob } from '../scheduler/scheduled-job.js';
import { Agreement } from './agreement.js';
import { AgreementTuning } from './agreement-tuning.js';

/** Everything is compared in each period (`VERIFY_EVERY`), by one instance. A pass that takes longer is followed by the next. */
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

  /** Not marked with `@ScheduledJob()`: it may be off. */
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

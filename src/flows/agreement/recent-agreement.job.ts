import { Injectable, type OnModuleInit } from '@nestjs/common';

import { Jobs } from '../scheduler/jobs.js';
import type { PeriodicJob } from '../scheduler/scheduled-job.js';
import { Agreement } from './agreement.js';
import { AgreementTuning } from './agreement-tuning.js';

/** Compares recent changes again and again, on one instance. */
@Injectable()
export class RecentAgreementJob implements PeriodicJob, OnModuleInit {
  readonly name = 'agreement.recent';
  readonly kind = 'periodic';

  constructor(
    private readonly agreement: Agreement,
    private readonly jobs: Jobs,
    private readonly tuning: AgreementTuning,
  ) {}

  /** Registered here instead of with `@ScheduledJob()`, because the job may be switched off. */
  onModuleInit(): void {
    if (this.agreement.isOn) this.jobs.register(this);
  }

  get everyMs(): number {
    return this.tuning.recentEveryMs;
  }

  get timeoutMs(): number {
    return this.tuning.recentTimeoutMs;
  }

  run({ signal }: { signal: AbortSignal }): Promise<void> {
    return this.agreement.lookAtRecent(signal);
  }
}

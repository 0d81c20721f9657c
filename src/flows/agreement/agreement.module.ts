import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { Agreement } from './agreement.js';
import { AgreementPassJob } from './agreement-pass.job.js';
import { AgreementTuning } from './agreement-tuning.js';
import { AgreementRepository } from './agreement.pg.repository.js';
import { RecentAgreementJob } from './recent-agreement.job.js';

/** The continuous comparison of the stores. */
@Module({
  imports: [ReconciliationModule],
  providers: [Agreement, AgreementPassJob, AgreementRepository, AgreementTuning, RecentAgreementJob],
  exports: [Agreement],
})
export class AgreementModule {}

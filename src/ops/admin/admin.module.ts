import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { JobsController } from './jobs.controller.js';
import { VerifyController } from './verify.controller.js';
import { VerifyRuns } from './verify-runs.js';
import { VerifyRunsRepository } from './verify-runs.pg.repository.js';

/** What whoever runs the platform can ask of it. */
@Module({
  imports: [ReconciliationModule],
  controllers: [JobsController, VerifyController],
  providers: [VerifyRuns, VerifyRunsRepository],
})
export class AdminModule {}

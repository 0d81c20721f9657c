import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { JobsController } from './jobs.controller.js';
import { VerifyController } from './verify.controller.js';
import { VerifyRuns } from './verify-runs.js';
import { VerifyRunsRepository } from './verify-runs.pg.repository.js';

/** The routes for operators of the platform. */
@Module({
  imports: [ReconciliationModule],
  controllers: [JobsController, VerifyController],
  providers: [VerifyRuns, VerifyRunsRepository],
})
export class AdminModule {}

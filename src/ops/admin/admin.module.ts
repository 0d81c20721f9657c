import { Module } from '@nestjs/common';

import { ReconciliationModule } from '../../flows/reconciliation/reconciliation.module.js';
import { VerifyController } from './verify.controller.js';
import { VerifyRuns } from './verify-runs.js';

/** What whoever runs the platform can ask of it. */
@Module({
  imports: [ReconciliationModule],
  controllers: [VerifyController],
  providers: [VerifyRuns],
})
export class AdminModule {}

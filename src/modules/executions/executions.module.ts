import { Module } from '@nestjs/common';

import { LiveModule } from '../../flows/live/live.module.js';
import { DeploymentsModule } from '../deployments/deployments.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { DeploymentReferencesCheck } from './deployment-references.check.js';
import { ExecutionDeadlines } from './execution-deadlines.job.js';
import { ExecutionOutputController } from './execution-output.controller.js';
import { ExecutionOutput } from './execution-output.service.js';
import { ExecutionOutputReader } from './execution-output-reader.service.js';
import { ExecutionOutputs } from './execution-outputs.mongo.repository.js';
import { ExecutionsController } from './executions.controller.js';
import { ExecutionsDemo } from './executions.demo.js';
import { ExecutionsRepository } from './executions.mongo.repository.js';
import { ExecutionsService } from './executions.service.js';

@Module({
  imports: [DeploymentsModule, IdempotencyModule, LiveModule],
  controllers: [ExecutionsController, ExecutionOutputController],
  providers: [
    DeploymentReferencesCheck,
    ExecutionDeadlines,
    ExecutionOutput,
    ExecutionOutputReader,
    ExecutionOutputs,
    ExecutionsDemo,
    ExecutionsRepository,
    ExecutionsService,
  ],
  exports: [DeploymentReferencesCheck, ExecutionsDemo],
})
export class ExecutionsModule {}

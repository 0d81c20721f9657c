import { Module } from '@nestjs/common';

import { DeploymentDeadline } from './deployment-deadline.job.js';
import { DeploymentHistory } from './deployment-history.pg.repository.js';
import { DeploymentIdsReadModel } from './deployment-ids.pg.read-model.js';
import { DeploymentStatuses } from './deployment-statuses.service.js';
import { DeploymentsController } from './deployments.controller.js';
import { DeploymentsDemo } from './deployments.demo.js';
import { DeploymentsRepository } from './deployments.pg.repository.js';
import { DeploymentsService } from './deployments.service.js';
import { EnvironmentPointersCheck } from './environment-pointers.check.js';
import { EnvironmentPointers } from './environment-pointers.pg.read-model.js';
import { EnvironmentsController } from './environments.controller.js';
import { EnvironmentsRepository } from './environments.pg.repository.js';
import { EnvironmentsService } from './environments.service.js';

@Module({
  controllers: [DeploymentsController, EnvironmentsController],
  providers: [
    DeploymentDeadline,
    DeploymentHistory,
    DeploymentIdsReadModel,
    DeploymentsDemo,
    DeploymentsRepository,
    DeploymentsService,
    DeploymentStatuses,
    EnvironmentPointers,
    EnvironmentPointersCheck,
    EnvironmentsRepository,
    EnvironmentsService,
  ],
  exports: [DeploymentIdsReadModel, DeploymentsDemo, DeploymentsService, EnvironmentPointersCheck],
})
export class DeploymentsModule {}

import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { type DueJob, ScheduledJob, type TransactionalJob } from '../../flows/scheduler/scheduled-job.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { isUnderway } from './deployment-state.js';
import { DEADLINE_JOB, DeploymentStatuses } from './deployment-statuses.service.js';
import { DeploymentsRepository } from './deployments.pg.repository.js';

/** Moves a deployment that has not ended by its deadline to `error`. */
@Injectable()
@ScheduledJob()
export class DeploymentDeadline implements TransactionalJob<undefined> {
  readonly name = DEADLINE_JOB;
  readonly kind = 'transactional';
  readonly payload = z.undefined();

  constructor(
    private readonly deployments: DeploymentsRepository,
    private readonly statuses: DeploymentStatuses,
  ) {}

  async run(tx: Tx, { orgId, key }: DueJob<undefined>): Promise<void> {
    const deployment = await this.deployments.findWithin(tx, orgId, key);
    if (!deployment || !isUnderway(deployment.state)) return;
    await this.statuses.add(tx, null, deployment, {
      state: 'error',
      description: 'The deployment had not ended at its deadline.',
    });
  }
}

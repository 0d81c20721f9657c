import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { DeploymentIdsReadModel } from '../deployments/deployment-ids.pg.read-model.js';
import { type Execution, EXECUTIONS_COLLECTION } from './execution.js';
import { executionTags } from './execution.effects.js';
import { ExecutionsRepository } from './executions.mongo.repository.js';

const BATCH = 500;

/** Checks that the deployment that an execution names exists. */
@Injectable()
export class DeploymentReferencesCheck implements Check {
  readonly name = 'execution-deployments';

  constructor(
    private readonly executions: ExecutionsRepository,
    private readonly deployments: DeploymentIdsReadModel,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.executions.naming(BATCH)) {
      const known = await this.deployments.known(batch.flatMap(({ deployment_id }) => deployment_id ?? []));
      const lost = batch.filter(
        ({ organization_id, deployment_id }) => known.get(deployment_id ?? '') !== organization_id,
      );
      yield { compared: batch.length, differences: lost.map(differenceOf) };
    }
  }

  /** Only a person can decide which deployment it was. */
  repair(): Promise<null> {
    return Promise.resolve(null);
  }
}

const differenceOf = ({ _id, organization_id }: Pick<Execution, '_id' | 'organization_id'>): Difference => ({
  kind: 'different',
  record: `${EXECUTIONS_COLLECTION}/${_id}`,
  id: _id,
  detail: 'deployment_id, of which the organisation has no deployment',
  tags: executionTags(organization_id, _id),
});

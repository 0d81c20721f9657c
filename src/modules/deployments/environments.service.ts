import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { Environment } from './deployment.js';
import { canReadDeployments } from './deployments.policy.js';
import { EnvironmentsRepository } from './environments.pg.repository.js';

/** The environments of one organisation. */
@Injectable()
export class EnvironmentsService {
  constructor(private readonly environments: EnvironmentsRepository) {}

  /** By name. */
  list(actor: Principal): Promise<Environment[]> {
    assertCan(canReadDeployments(actor));
    return this.environments.list(actor.orgId);
  }
}

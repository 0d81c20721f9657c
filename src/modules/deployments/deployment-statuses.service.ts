import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Scheduler } from '../../flows/scheduler/scheduler.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { Deployment, DeploymentStatus, StatusInput } from './deployment.js';
import { canMove, isUnderway } from './deployment-state.js';
import { IllegalTransition } from './deployments.errors.js';
import { type Actor, statusAdded } from './deployments.events.js';
import { DeploymentsRepository } from './deployments.pg.repository.js';
import { EnvironmentsRepository } from './environments.pg.repository.js';

/** The job that ends a deployment which is still under way at its deadline. */
export const DEADLINE_JOB = 'deployments.deadline';

/** Changes the states of deployments. The status, the pointer of the environment and the events are one transaction. */
@Injectable()
export class DeploymentStatuses {
  constructor(
    private readonly deployments: DeploymentsRepository,
    private readonly environments: EnvironmentsRepository,
    private readonly outbox: Outbox,
    private readonly scheduler: Scheduler,
  ) {}

  /**
   * `deployment`: as it was read before; only its environment is used. The environment is locked first, so that
   * statuses of one environment are added one after the other, and two successes can never both be active. Throws
   * `IllegalTransition`, `NotFound`.
   */
  async add(tx: Tx, actor: Actor, deployment: Deployment, input: StatusInput): Promise<DeploymentStatus> {
    const { organizationId: orgId, id } = deployment;
    const environment = await this.environments.lock(tx, orgId, deployment.environment, input.state);
    const current = await this.deployments.findWithin(tx, orgId, id);
    if (!current) throw new NotFound('There is no such deployment.');
    if (!canMove(current.state, input.state)) throw new IllegalTransition(current.state, input.state);
    const moved = await this.deployments.move(tx, orgId, id, current.state, input.state);
    if (!moved) throw new IllegalTransition(current.state, input.state);
    const retired =
      input.state === 'success' && moved.autoInactive ? await this.deployments.retireOthers(tx, moved) : [];
    const status = await this.record(tx, actor, moved, input);
    const events = [statusAdded(actor, moved, status)];
    for (const other of retired) {
      const retirement = { state: 'inactive' as const, description: `Replaced by ${moved.ref}.` };
      events.push(statusAdded(actor, other, await this.record(tx, actor, other, retirement)));
    }
    if (input.state === 'success') await this.environments.setActive(tx, orgId, moved.environment, id);
    if (input.state === 'inactive' && environment.activeDeploymentId === id)
      await this.environments.setActive(tx, orgId, moved.environment, null);
    await this.outbox.add(tx, ...events);
    if (!isUnderway(input.state)) await this.scheduler.cancel(tx, { job: DEADLINE_JOB, orgId, key: id });
    return status;
  }

  /** The first status of a new deployment. It has no event of its own, because the deployment has one. */
  async begin(tx: Tx, actor: Actor, deployment: Deployment): Promise<void> {
    await this.environments.lock(tx, deployment.organizationId, deployment.environment, deployment.state);
    await this.record(tx, actor, deployment, { state: deployment.state });
  }

  private record(
    tx: Tx,
    actor: Actor,
    { organizationId: orgId, id: deploymentId }: Deployment,
    { state, description, log_url: logUrl, environment_url: environmentUrl }: StatusInput,
  ): Promise<DeploymentStatus> {
    return this.deployments.addStatus(tx, orgId, {
      id: newId(),
      deploymentId,
      state,
      description: description ?? null,
      logUrl: logUrl ?? null,
      environmentUrl: environmentUrl ?? null,
      createdBy: actor?.userId ?? null,
    });
  }
}

import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Scheduler } from '../../flows/scheduler/scheduler.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Deployment, DeploymentStatus, NewDeployment, StatusInput } from './deployment.js';
import { DEADLINE_JOB, DeploymentStatuses } from './deployment-statuses.service.js';
import { type CreateDeploymentDto, DEFAULT_DEADLINE_SECONDS } from './deployments.dto.js';
import { NothingToRollBackTo } from './deployments.errors.js';
import { deploymentCreated } from './deployments.events.js';
import { type DeploymentFilter, DeploymentsRepository } from './deployments.pg.repository.js';
import { canDeploy, canReadDeployments } from './deployments.policy.js';

const notFound = () => new NotFound('There is no such deployment.');

/** The deployments of one organisation. */
@Injectable()
export class DeploymentsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly deployments: DeploymentsRepository,
    private readonly history: DeploymentStatuses,
    private readonly outbox: Outbox,
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  create(actor: Principal, input: CreateDeploymentDto): Promise<Deployment> {
    assertCan(canDeploy(actor));
    return this.postgres.transaction((tx) => this.insert(tx, actor, input, {}));
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(
    actor: Principal,
    filter: DeploymentFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<Deployment[]> {
    assertCan(canReadDeployments(actor));
    return this.deployments.list(actor.orgId, filter, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<Deployment> {
    assertCan(canReadDeployments(actor));
    return this.known(actor, id);
  }

  /** For features that refer to deployments. */
  async isKnown(orgId: string, id: string): Promise<boolean> {
    return isId(id) && (await this.deployments.find(orgId, id)) !== null;
  }

  /** Newest first, and one more than `limit` if it exists. Throws `NotFound`. */
  async statuses(
    actor: Principal,
    id: string,
    limit: number,
    beforeId: string | null,
  ): Promise<DeploymentStatus[]> {
    const { id: deploymentId } = await this.get(actor, id);
    return this.deployments.statuses(deploymentId, limit + 1, beforeId);
  }

  /** Throws `NotFound`, `IllegalTransition`. */
  async addStatus(actor: Principal, id: string, input: StatusInput): Promise<DeploymentStatus> {
    assertCan(canDeploy(actor));
    const deployment = await this.known(actor, id);
    return this.postgres.transaction((tx) => this.history.add(tx, actor, deployment, input));
  }

  /** Throws `NotFound`, `IllegalTransition`. */
  async cancel(actor: Principal, id: string): Promise<Deployment> {
    await this.addStatus(actor, id, { state: 'cancelled' });
    return this.known(actor, id);
  }

  /** A new deployment of the same ref to the same environment. Throws `NotFound`. */
  async redeploy(actor: Principal, id: string): Promise<Deployment> {
    assertCan(canDeploy(actor));
    const source = await this.known(actor, id);
    return this.postgres.transaction((tx) =>
      this.insert(tx, actor, repeated(source), { sourceDeploymentId: source.id }),
    );
  }

  /**
   * A new deployment that restores the ref of an earlier success: of `to`, or by default of the environment's success
   * before this one. Throws `NotFound`, `NothingToRollBackTo`.
   */
  async rollBack(actor: Principal, id: string, to: string | undefined): Promise<Deployment> {
    assertCan(canDeploy(actor));
    const replaced = await this.known(actor, id);
    return this.postgres.transaction(async (tx) => {
      const source = await (to === undefined
        ? this.deployments.successBefore(tx, replaced)
        : this.deployments.findWithin(tx, actor.orgId, to));
      const isFit =
        source?.succeededAt && source.environment === replaced.environment && source.id !== replaced.id;
      if (!isFit) throw new NothingToRollBackTo();
      return this.insert(tx, actor, repeated(source), {
        rollbackOf: replaced.id,
        sourceDeploymentId: source.id,
      });
    });
  }

  private async insert(
    tx: Tx,
    actor: Principal,
    input: CreateDeploymentDto,
    origin: Partial<Pick<NewDeployment, 'rollbackOf' | 'sourceDeploymentId'>>,
  ): Promise<Deployment> {
    const seconds = input.deadline_seconds ?? DEFAULT_DEADLINE_SECONDS;
    const deployment = await this.deployments.insert(tx, {
      id: newId(),
      organizationId: actor.orgId,
      environment: input.environment,
      ref: input.ref,
      sha: input.sha ?? null,
      description: input.description ?? null,
      metadata: input.metadata ?? {},
      autoInactive: input.auto_inactive ?? true,
      deadlineAt: new Date(this.clock.now().getTime() + seconds * 1_000),
      createdBy: actor.userId,
      rollbackOf: null,
      sourceDeploymentId: null,
      ...origin,
    });
    const { id: key, organizationId: orgId, deadlineAt: at } = deployment;
    await this.history.begin(tx, actor, deployment);
    await this.outbox.add(tx, deploymentCreated(actor, deployment));
    await this.scheduler.at(tx, { job: DEADLINE_JOB, orgId, key, at });
    return deployment;
  }

  private async known({ orgId }: Principal, id: string): Promise<Deployment> {
    const deployment = isId(id) ? await this.deployments.find(orgId, id) : null;
    if (!deployment) throw notFound();
    return deployment;
  }
}

/** The values that a new deployment takes from an earlier one. */
const repeated = ({ environment, ref, sha, metadata, autoInactive }: Deployment): CreateDeploymentDto => ({
  environment,
  ref,
  ...(sha !== null && { sha }),
  metadata,
  auto_inactive: autoInactive,
});

import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Json } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { faultOf } from '../../common/json/storable-json.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import type { Execution } from './execution.js';
import { changeOf } from './execution.effects.js';
import { toExecutionResponse } from './execution.response.js';
import { canMove, hasEnded } from './execution-state.js';
import { executionsCollection } from './executions.collection.js';
import {
  type CreateExecutionDto,
  DEFAULT_DEADLINE_SECONDS,
  type UpdateExecutionDto,
} from './executions.dto.js';
import {
  ExecutionEnded,
  IllegalExecutionMove,
  UnknownDeployment,
  UnstorableValue,
} from './executions.errors.js';
import { type ExecutionFilter, ExecutionsRepository } from './executions.mongo.repository.js';
import { canReadExecutions, canRunExecutions } from './executions.policy.js';

const LIMITS = { bytes: 1_048_576, depth: 32 };

export const executionNotFound = () => new NotFound('There is no such execution.');

/** The executions of one organisation. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class ExecutionsService {
  constructor(
    private readonly executions: ExecutionsRepository,
    private readonly deployments: DeploymentsService,
    private readonly idempotent: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `UnknownDeployment`, `UnstorableValue`. */
  async create(
    actor: Principal,
    input: CreateExecutionDto,
    request: IdempotentRequest | null,
  ): Promise<Execution> {
    assertCan(canRunExecutions(actor));
    assertStorable({ input: input.input });
    const deploymentId = input.deployment_id ?? null;
    if (deploymentId !== null && !(await this.deployments.isKnown(actor.orgId, deploymentId)))
      throw new UnknownDeployment();
    const at = this.clock.now();
    const seconds = input.deadline_seconds ?? DEFAULT_DEADLINE_SECONDS;
    const execution: Execution = {
      _id: newId(),
      organization_id: actor.orgId,
      name: input.name,
      deployment_id: deploymentId,
      input: (input.input ?? null) as Json,
      state: 'queued',
      result: null,
      exit_code: null,
      deadline_at: new Date(at.getTime() + seconds * 1_000),
      output_bytes: 0,
      streams: [],
      version: 1,
      created_by: actor.userId,
      created_at: at,
      updated_at: at,
    };
    const created = changeOf(actor, 'execution.created', execution);
    return this.idempotent.create(executionsCollection, execution, [created], request);
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(
    actor: Principal,
    filter: ExecutionFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<Execution[]> {
    assertCan(canReadExecutions(actor));
    return this.executions.list(actor.orgId, filter, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, id: string): Promise<Execution> {
    assertCan(canReadExecutions(actor));
    return this.known(actor.orgId, id);
  }

  /** Throws `NotFound`, `PreconditionFailed`, `IllegalExecutionMove`, `ExecutionEnded`. */
  async update(
    actor: Principal,
    id: string,
    input: UpdateExecutionDto,
    ifMatch: string | undefined,
  ): Promise<Execution> {
    assertCan(canRunExecutions(actor));
    assertStorable({ result: input.result });
    for (;;) {
      const current = await this.known(actor.orgId, id);
      assertIfMatch(ifMatch, toExecutionResponse(current));
      const changed = await this.change(actor, current, input);
      if (changed) return changed;
    }
  }

  /** Ends an execution that is past its deadline. Does nothing if it has ended meanwhile. */
  async timeOut(execution: Execution): Promise<void> {
    await this.change(null, execution, { state: 'timed_out' });
  }

  /** Null if another request has changed it first. */
  private async change(
    actor: Principal | null,
    current: Execution,
    { state, result, exit_code }: UpdateExecutionDto,
  ): Promise<Execution | null> {
    if (hasEnded(current.state))
      throw state === undefined
        ? new ExecutionEnded(current.state)
        : new IllegalExecutionMove(current.state, state);
    if (state !== undefined && state !== current.state && !canMove(current.state, state))
      throw new IllegalExecutionMove(current.state, state);
    const fields = {
      ...(state !== undefined && { state }),
      ...(result !== undefined && { result: result as Json }),
      ...(exit_code !== undefined && { exit_code }),
    };
    if (Object.keys(fields).length === 0) return current;
    const updated_at = new Date(Math.max(this.clock.now().getTime(), current.updated_at.getTime() + 1));
    const effects = [changeOf(actor, 'execution.updated', { ...current, ...fields, updated_at })];
    const changed = await this.executions.change(current, { ...fields, updated_at }, effects);
    if (changed) await this.effects.deliver(executionsCollection, changed._id, effects);
    return changed;
  }

  private async known(orgId: string, id: string): Promise<Execution> {
    const execution = isId(id) ? await this.executions.find(orgId, id) : null;
    if (!execution) throw executionNotFound();
    return execution;
  }
}

/** Throws `UnstorableValue` for values that MongoDB would not return equal. */
function assertStorable(value: object): void {
  const fault = faultOf(value, LIMITS);
  if (fault) throw new UnstorableValue(fault.path, fault.message);
}

import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import type { DeploymentState } from './deployment-state.js';
import { DeploymentHistory } from './deployment-history.pg.repository.js';
import { DeploymentsService } from './deployments.service.js';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** A month of deployments: one to staging every day, one to production every third day. Every tenth fails. */
@Injectable()
export class DeploymentsDemo implements DemoStep {
  constructor(
    private readonly deployments: DeploymentsService,
    private readonly history: DeploymentHistory,
    private readonly clock: Clock,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    const existing = await this.deployments.list(actor, {}, 1, null);
    if (existing.length > 0) return [];
    let made = 0;
    for (let day = DAYS; day > 0; day -= 1) {
      const at = new Date(this.clock.now().getTime() - day * DAY_MS);
      for (const environment of day % 3 === 0 ? ['staging', 'production'] : ['staging']) {
        made += 1;
        await this.deploy(actor, environment, DAYS - day, made % 10 === 0 ? 'failure' : 'success', at);
      }
    }
    return [`${made} deployments`];
  }

  private async deploy(
    actor: Principal,
    environment: string,
    release: number,
    end: DeploymentState,
    at: Date,
  ): Promise<void> {
    const input = { environment, ref: `v1.${release}.0`, description: `Release 1.${release}` };
    const { id } = await this.deployments.create(actor, input);
    for (const state of ['queued', 'in_progress', end] as const)
      await this.deployments.addStatus(actor, id, { state });
    await this.history.setBack(actor.orgId, id, at);
  }
}

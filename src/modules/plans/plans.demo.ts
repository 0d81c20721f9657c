import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import type { DemoOwner, DemoStep } from '../../flows/demo/demo-step.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { DEMO_PLANS } from './free-plan.js';
import { planChanged } from './plans.events.js';
import { PlansRepository } from './plans.pg.repository.js';

/** The plans of the demonstration data, including the free one. An existing plan stays as it is. */
@Injectable()
export class PlansDemo implements DemoStep {
  constructor(
    private readonly postgres: Postgres,
    private readonly plans: PlansRepository,
    private readonly outbox: Outbox,
  ) {}

  seed({ organizationId }: DemoOwner): Promise<readonly string[]> {
    const system = { orgId: organizationId, userId: null, apiKeyId: null };
    return this.postgres.transaction(async (tx) => {
      const made: string[] = [];
      for (const plan of DEMO_PLANS) {
        const inserted = await this.plans.insertMissing(tx, { id: newId(), ...plan });
        if (!inserted) continue;
        await this.outbox.add(tx, planChanged(system, 'plan.created', inserted));
        made.push(`plan ${plan.code}`);
      }
      return made;
    });
  }
}

import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { moneyOf } from '../../common/money/money-fields.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { NewPlan, Plan } from './plan.js';
import { toPlanResponse } from './plan.response.js';
import type { CreatePlanDto, ReplacePlanDto } from './plans.dto.js';
import { PlanCodeFixed, PlanInUse } from './plans.errors.js';
import { planChanged } from './plans.events.js';
import { PlansRepository } from './plans.pg.repository.js';
import { canManagePlans, canReadPlans } from './plans.policy.js';
import { SubscribersReadModel } from './subscribers.pg.read-model.js';

const notFound = () => new NotFound('There is no such plan.');

/** The plans to subscribe to. */
@Injectable()
export class PlansService {
  constructor(
    private readonly postgres: Postgres,
    private readonly plans: PlansRepository,
    private readonly subscribers: SubscribersReadModel,
    private readonly outbox: Outbox,
  ) {}

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, isActive: boolean | null, limit: number, beforeId: string | null): Promise<Plan[]> {
    assertCan(canReadPlans(actor));
    return this.plans.list(isActive, limit + 1, beforeId);
  }

  /** Throws `NotFound`. */
  async get(actor: Principal, code: string): Promise<Plan> {
    assertCan(canReadPlans(actor));
    const plan = await this.plans.find(code);
    if (!plan) throw notFound();
    return plan;
  }

  /** Throws `PlanCodeTaken`. */
  create(actor: Principal, { code, ...input }: CreatePlanDto): Promise<Plan> {
    assertCan(canManagePlans(actor));
    return this.postgres.transaction(async (tx) => {
      const plan = await this.plans.insert(tx, planFrom(newId(), code, input));
      await this.outbox.add(tx, planChanged(actor, 'plan.created', plan));
      return plan;
    });
  }

  /**
   * A new price applies to each subscriber from the next period on. Throws `NotFound`, `PreconditionFailed`,
   * `PlanInUse`.
   */
  replace(
    actor: Principal,
    code: string,
    { code: given, ...input }: ReplacePlanDto,
    ifMatch: string | undefined,
  ): Promise<Plan> {
    assertCan(canManagePlans(actor));
    if (given !== undefined && given !== code) throw new PlanCodeFixed();
    return this.postgres.transaction(async (tx) => {
      const current = await this.plans.findForUpdate(tx, code);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toPlanResponse(current));
      const wanted = planFrom(current.id, code, input);
      if (isSame(wanted, current)) return current;
      await this.keepTermsOfSubscribers(tx, current, wanted);
      const plan = await this.plans.replace(tx, wanted);
      await this.outbox.add(tx, planChanged(actor, 'plan.updated', plan));
      return plan;
    });
  }

  private async keepTermsOfSubscribers(tx: Tx, current: Plan, wanted: NewPlan): Promise<void> {
    const path =
      wanted.price.currency !== current.price.currency
        ? 'currency'
        : wanted.interval !== current.interval
          ? 'interval'
          : null;
    if (path && (await this.subscribers.has(tx, current.id))) throw new PlanInUse(path);
  }
}

function planFrom(id: string, code: string, input: Omit<CreatePlanDto, 'code'>): NewPlan {
  const price = moneyOf(input.price, input.currency);
  if (!price) throw new Error('The DTO let an amount through that is none');
  const { name, interval, entry_limit: entryLimit, limits, active: isActive } = input;
  return { id, code, name, price, interval, entryLimit, limits, isActive };
}

/** A replacement without a difference writes nothing and has no activity entry. */
const isSame = (wanted: NewPlan, current: Plan): boolean => {
  const shown = toPlanResponse({ ...current, ...wanted });
  return JSON.stringify(sortedLimits(shown)) === JSON.stringify(sortedLimits(toPlanResponse(current)));
};

const sortedLimits = <T extends { limits: object }>(shown: T) => ({
  ...shown,
  limits: Object.entries(shown.limits).toSorted(([a], [b]) => (a < b ? -1 : 1)),
});

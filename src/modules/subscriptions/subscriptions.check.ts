import { Injectable } from '@nestjs/common';

import { madeAt } from '../../common/ids/ids.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { EventHistory } from '../../flows/reconciliation/event-history.pg.repository.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SubscriptionAudit, type SubscriptionFault } from './subscription-audit.pg.read-model.js';
import { subscriptionTags } from './subscription-tags.js';
import { BY_TIME, subscriptionEvent } from './subscriptions.events.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

/** Checks that the last event of each subscription describes its present state. The repair adds an event that does. */
@Injectable()
export class SubscriptionsCheck implements Check {
  readonly name = 'subscriptions';

  constructor(
    private readonly audit: SubscriptionAudit,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly history: EventHistory,
    private readonly postgres: Postgres,
    private readonly outbox: Outbox,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const compared = await this.audit.count();
    const faults = await this.audit.faults(certainSince(await this.history.beginning()));
    yield { compared, differences: faults.map(differenceOf) };
  }

  async *compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    const faults = await this.audit.recentFaults(since);
    yield { compared: faults.length, differences: faults.map(differenceOf) };
  }

  repair({ id }: Difference): Promise<string | null> {
    const [orgId = '', subscriptionId = ''] = String(id).split('/');
    return this.postgres.transaction(async (tx) => {
      const subscription = await this.subscriptions.findForUpdate(tx, orgId, subscriptionId);
      if (!subscription) return 'found it gone already';
      await this.outbox.add(tx, subscriptionEvent(BY_TIME, 'subscription.synchronized', subscription));
      return 'wrote an event of what it is';
    });
  }
}

const differenceOf = (fault: SubscriptionFault): Difference => ({
  kind: fault.kind,
  record: `subscriptions/${fault.id}`,
  id: `${fault.organizationId}/${fault.id}`,
  detail:
    fault.kind === 'missing' ? 'the log has no event of it' : 'status, plan, end of the period or cancel',
  tags: subscriptionTags(fault),
});

/** A change is a little older than its event, so the first minute of the log is left out. */
const CERTAIN_AFTER_MS = 60_000;
const certainSince = (beginning: string): Date => new Date(madeAt(beginning).getTime() + CERTAIN_AFTER_MS);

import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { subscriptionTags } from './subscription-tags.js';
import { BY_TIME, subscriptionEvent } from './subscriptions.events.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

/**
 * Deletes the subscriptions of an account with it, in every organisation. Transactions stay, because they contain an
 * id that identifies no person.
 */
@Injectable()
export class SubscriptionsEraser implements AccountEraser {
  constructor(private readonly subscriptions: SubscriptionsRepository) {}

  /** Other organisations do not learn whose request deleted the account. */
  async erase(tx: Tx, actor: Principal, userId: string): Promise<Erased> {
    const deleted = await this.subscriptions.deleteOf(tx, userId);
    return {
      tags: deleted.flatMap(subscriptionTags),
      events: deleted.map((subscription) => ({
        ...subscriptionEvent(
          subscription.organizationId === actor.orgId ? actor : BY_TIME,
          'subscription.deleted',
          subscription,
        ),
        subject: null,
      })),
    };
  }
}

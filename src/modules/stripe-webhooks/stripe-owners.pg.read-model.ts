import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';

import { isId } from '../../common/ids/ids.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { emailDigest, users } from '../users/users.table.js';
import { subscriptions } from '../subscriptions/subscriptions.table.js';
import type { StripeOwner } from './stripe-customers.pg.repository.js';
import type { CustomerHints } from './stripe-fact.js';

/** Finds the account of a customer at Stripe. */
@Injectable()
export class StripeOwnersReadModel {
  /** The account of the subscription that names the customer. */
  async bySubscription(tx: Tx, customerId: string): Promise<StripeOwner | null> {
    const [row] = await tx
      .select({ organizationId: subscriptions.organizationId, userId: subscriptions.userId })
      .from(subscriptions)
      .where(eq(subscriptions.stripeCustomerId, customerId))
      .orderBy(desc(subscriptions.id))
      .limit(1);
    return row ?? null;
  }

  /** The account in the metadata, if it is a member of the organisation in the metadata. */
  async byMetadata(tx: Tx, { userId, organizationId }: CustomerHints): Promise<StripeOwner | null> {
    if (userId === null || organizationId === null || !isId(userId) || !isId(organizationId)) return null;
    const [row] = await tx
      .select({ organizationId: memberships.organizationId, userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId)));
    return row ?? null;
  }

  /** The account with this confirmed address, in the organisation that manages it. */
  async byAddress(tx: Tx, { emailHash }: CustomerHints): Promise<StripeOwner | null> {
    if (emailHash === null) return null;
    const [row] = await tx
      .select({ organizationId: users.organizationId, userId: users.id })
      .from(users)
      .where(
        and(eq(users.isEmailConfirmed, true), sql`${emailDigest(users.email)} = decode(${emailHash}, 'hex')`),
      );
    return row ?? null;
  }
}

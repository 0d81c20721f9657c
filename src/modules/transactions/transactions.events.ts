import { tags } from '../../cache/tags.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Transaction } from './transaction.js';

/** The cache tags of answers that show it in its organisation. */
export const transactionTags = (orgId: string, id: number): string[] => [
  tags.entity(orgId, 'transactions', String(id)),
  tags.collection(orgId, 'transactions'),
];

/**
 * `userEmail`: of the account that the transaction is about. Null if its user is no account. A reversal also makes the
 * reversed transaction stale.
 */
export const transactionCreated = (
  actor: DomainEvent['actor'],
  transaction: Transaction,
  userEmail: string | null,
): DomainEvent => ({
  type: 'transaction.created',
  aggregate: { type: 'transaction', id: String(transaction.id) },
  orgId: transaction.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: { userId: transaction.userId, email: userEmail },
  payload: {
    amount: transaction.amount.toString(),
    currency: transaction.amount.currency,
    transaction_type: transaction.transactionType,
    ...(transaction.reversalOf === null ? {} : { reversal_of: transaction.reversalOf }),
  },
  tags: [transaction.id, ...(transaction.reversalOf === null ? [] : [transaction.reversalOf])].flatMap((id) =>
    transactionTags(transaction.organizationId, id),
  ),
});

import { Injectable } from '@nestjs/common';

import { isId } from '../../common/ids/ids.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { AccountEmailsReadModel } from './account-emails.pg.read-model.js';
import type { NewTransaction, Transaction } from './transaction.js';
import { transactionCreated } from './transactions.events.js';
import { TransactionsRepository } from './transactions.pg.repository.js';

/** Adds transactions as part of a larger change: a proration, a reversal. */
@Injectable()
export class Ledger {
  constructor(
    private readonly transactions: TransactionsRepository,
    private readonly emails: AccountEmailsReadModel,
    private readonly outbox: Outbox,
  ) {}

  /** In this order, all of one organisation, each with its event. Throws `TransactionAlreadyReversed`. */
  async add(tx: Tx, actor: DomainEvent['actor'], added: readonly NewTransaction[]): Promise<Transaction[]> {
    const [first] = added;
    if (!first) return [];
    const orgId = first.organizationId;
    const created = await this.transactions.insert(tx, orgId, added);
    await this.tell(tx, actor, created);
    return created;
  }

  /** Adds the events of transactions, as part of the transaction that creates them. All are of one organisation. */
  async tell(tx: Tx, actor: DomainEvent['actor'], created: readonly Transaction[]): Promise<void> {
    const orgId = created[0]?.organizationId ?? '';
    const accounts = [...new Set(created.map(({ userId }) => userId))].filter(isId);
    const emails = await this.emails.ofMembers(tx, orgId, accounts);
    await this.outbox.add(
      tx,
      ...created.map((transaction) =>
        transactionCreated(actor, transaction, emails.get(transaction.userId) ?? null),
      ),
    );
  }
}

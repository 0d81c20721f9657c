import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { moneyOf } from '../../common/money/money-fields.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { Ledger } from './ledger.js';
import { REVERSAL_TYPE, type ShownTransaction } from './transaction.js';
import { type SummaryRow, TransactionSummaryReadModel } from './transaction-summary.pg.read-model.js';
import type { AddTransactionDto, ReverseTransactionDto, SummaryGroup } from './transactions.dto.js';
import { ReversalIsFinal } from './transactions.errors.js';
import {
  type TransactionFilter,
  type TransactionPosition,
  TransactionsRepository,
} from './transactions.pg.repository.js';
import { canAddTransactions, canReadTransactions } from './transactions.policy.js';

const MAX_ID = 2_147_483_647;

/** The transactions of one organisation. */
@Injectable()
export class TransactionsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly transactions: TransactionsRepository,
    private readonly summaries: TransactionSummaryReadModel,
    private readonly ledger: Ledger,
  ) {}

  async add(actor: Principal, input: AddTransactionDto): Promise<ShownTransaction> {
    assertCan(canAddTransactions(actor));
    const amount = moneyOf(input.amount, input.currency);
    if (!amount) throw new Error('The DTO let an amount through that is none');
    const added = {
      organizationId: actor.orgId,
      userId: input.user_id,
      amount,
      transactionType: input.transaction_type,
      metadata: input.metadata,
      reversalOf: null,
    };
    const [transaction] = await this.postgres.transaction((tx) => this.ledger.add(tx, actor, [added]));
    return shown(transaction);
  }

  /** Throws `NotFound`, `TransactionAlreadyReversed`, `ReversalIsFinal`. */
  async reverse(
    actor: Principal,
    id: string,
    { metadata }: ReverseTransactionDto,
  ): Promise<ShownTransaction> {
    assertCan(canAddTransactions(actor));
    const original = await this.existing(actor.orgId, id);
    if (original.reversalOf !== null) throw new ReversalIsFinal();
    const reversal = {
      organizationId: actor.orgId,
      userId: original.userId,
      amount: original.amount.negated,
      transactionType: REVERSAL_TYPE,
      metadata,
      reversalOf: original.id,
    };
    // The unique key decides which of two reversals is the first.
    const [transaction] = await this.postgres.transaction((tx) => this.ledger.add(tx, actor, [reversal]));
    return shown(transaction);
  }

  /** Throws `NotFound`. */
  get(actor: Principal, id: string): Promise<ShownTransaction> {
    assertCan(canReadTransactions(actor));
    return this.existing(actor.orgId, id);
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(
    actor: Principal,
    filter: TransactionFilter,
    limit: number,
    position: TransactionPosition | null,
  ): Promise<ShownTransaction[]> {
    assertCan(canReadTransactions(actor));
    return this.transactions.list(actor.orgId, filter, limit + 1, position);
  }

  /** The newest ones of one user, for callers that have checked the permission. */
  newestOf(orgId: string, userId: string, limit: number): Promise<ShownTransaction[]> {
    return this.transactions.list(orgId, { userId }, limit, null);
  }

  summarize(actor: Principal, groupBy: SummaryGroup, filter: TransactionFilter): Promise<SummaryRow[]> {
    assertCan(canReadTransactions(actor));
    return this.summaries.summarize(actor.orgId, groupBy, filter);
  }

  private async existing(orgId: string, id: string): Promise<ShownTransaction> {
    const isPossible = /^[1-9]\d{0,9}$/.test(id) && Number(id) <= MAX_ID;
    const transaction = isPossible ? await this.transactions.find(orgId, Number(id)) : null;
    if (!transaction) throw new NotFound('There is no such transaction.');
    return transaction;
  }
}

function shown(transaction: Omit<ShownTransaction, 'reversedBy'> | undefined): ShownTransaction {
  if (!transaction) throw new Error('An insert returned no row');
  return { ...transaction, reversedBy: null };
}

import { Injectable } from '@nestjs/common';

import { madeAt } from '../../common/ids/ids.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { EventHistory } from '../../flows/reconciliation/event-history.pg.repository.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { Ledger } from './ledger.js';
import { LedgerAudit, type LedgerFault } from './ledger-audit.pg.read-model.js';
import { transactionTags } from './transactions.events.js';

const DETAILS: Readonly<Record<LedgerFault['kind'], string>> = {
  missing: 'the log has no event of it',
  extra: 'the log tells of a transaction that is not there',
  different: 'amount, currency or type',
};

/**
 * Checks that every transaction has an event with the same content, and every event a transaction. Another check
 * compares the activity entries of all events.
 */
@Injectable()
export class LedgerCheck implements Check {
  readonly name = 'transactions';

  constructor(
    private readonly audit: LedgerAudit,
    private readonly ledger: Ledger,
    private readonly history: EventHistory,
    private readonly postgres: Postgres,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const compared = await this.audit.count();
    const faults = await this.audit.faults(certainSince(await this.history.beginning()));
    yield { compared, differences: faults.map(differenceOf) };
  }

  async *compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    const certain = certainSince(await this.history.beginning());
    const { compared, faults } = await this.audit.recentFaults(since > certain ? since : certain);
    yield { compared, differences: faults.map(differenceOf) };
  }

  /**
   * If a transaction was altered or deleted in the database without the service, only a person can correct it. The log
   * has its original content.
   */
  repair({ kind, id }: Difference): Promise<string | null> {
    if (kind !== 'missing') return Promise.resolve(null);
    return this.postgres.transaction(async (tx) => {
      const transaction = await this.audit.find(tx, Number(id));
      if (!transaction) return 'found it gone already';
      await this.ledger.tell(tx, { userId: null, apiKeyId: null }, [transaction]);
      return 'wrote its event';
    });
  }
}

const differenceOf = ({ kind, id, organizationId }: LedgerFault): Difference => ({
  kind,
  record: `transactions/${id}`,
  id,
  detail: DETAILS[kind],
  tags: transactionTags(organizationId, Number(id)),
});

/** A transaction is a little older than its event, so the first minute of the log is left out. */
const CERTAIN_AFTER_MS = 60_000;
const certainSince = (beginning: string): Date => new Date(madeAt(beginning).getTime() + CERTAIN_AFTER_MS);

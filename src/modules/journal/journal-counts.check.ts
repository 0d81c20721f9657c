import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { entitlementTag } from '../entitlements/entitlement-tag.js';
import { EntryLimit } from '../entitlements/entry-limit.js';
import { EntryCountsAudit, type WrongCount } from './entry-counts-audit.pg.read-model.js';
import { EntryReservationsRepository } from './entry-reservations.pg.repository.js';

/** Checks that the stored number of entries, which a plan limits, equals the number of reservations. */
@Injectable()
export class JournalCountsCheck implements Check {
  readonly name = 'journal-counts';

  constructor(
    private readonly audit: EntryCountsAudit,
    private readonly reservations: EntryReservationsRepository,
    private readonly limit: EntryLimit,
    private readonly postgres: Postgres,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    const { compared, wrong } = await this.audit.wrong();
    yield { compared, differences: wrong.map(differenceOf) };
  }

  /** Under the lock of the count, so concurrent creations and deletions are counted after it. */
  repair({ id }: Difference): Promise<string> {
    const [orgId = '', userId = ''] = String(id).split('/');
    return this.postgres.transaction(async (tx) => {
      await this.limit.hold(tx, orgId, userId);
      await this.limit.set(tx, orgId, userId, await this.reservations.count(tx, orgId, userId));
      return 'set it to the number of places';
    });
  }
}

const differenceOf = ({ orgId, userId, kept, counted }: WrongCount): Difference => ({
  kind: 'different',
  record: `entry_counts/${orgId}/${userId}`,
  id: `${orgId}/${userId}`,
  detail: `total_entries is ${kept}, and ${counted} places are taken`,
  tags: [entitlementTag(orgId, userId)],
});

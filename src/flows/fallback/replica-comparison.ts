import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { BATCH, type ComparedBatch, type Difference } from '../reconciliation/check.js';
import { mergeJoin } from '../reconciliation/merge-join.js';
import { persistently } from '../reconciliation/persistently.js';
import { FallbackTuning } from './fallback-tuning.js';
import type { Held, ReplicatedRecord, ReplicatedRecords } from './replica.js';
import { Reconciler } from './reconciler.js';

/** Compares every record that both stores hold, field by field, for a check of `db:verify`. */
@Injectable()
export class ReplicaComparison {
  constructor(
    private readonly reconciler: Reconciler,
    private readonly clock: Clock,
    private readonly tuning: FallbackTuning,
  ) {}

  /** `since`: only records whose id was made then or later. */
  async *compare<T extends ReplicatedRecord>(
    records: ReplicatedRecords<T>,
    since: Date | null = null,
  ): AsyncGenerator<ComparedBatch> {
    const keyOf = ({ id }: T): string => id;
    const mongodb = { batches: records.mongodb.walk(since), keyOf };
    const postgresql = { batches: records.postgresql.walk(since), keyOf };
    for await (const pairs of mergeJoin(mongodb, postgresql, BATCH)) {
      const suspects = pairs.filter(
        ({ left, right }) => !left || !right || records.differingFields(left, right).length > 0,
      );
      const ids = suspects.map(({ key }) => key);
      yield { compared: pairs.length, differences: await this.confirm(records, ids) };
    }
  }

  /** Makes both copies what the reconciler would make of them. */
  async repair<T extends ReplicatedRecord>(
    records: ReplicatedRecords<T>,
    { id }: Difference,
  ): Promise<string | null> {
    const settled = await persistently(() => this.reconciler.settle(records, [String(id)]));
    return settled === 1 ? 'made both copies equal' : null;
  }

  /** A change that is under way is marked, so it is no difference until its mark is overdue. */
  private async confirm<T extends ReplicatedRecord>(
    records: ReplicatedRecords<T>,
    ids: readonly string[],
  ): Promise<Difference[]> {
    if (ids.length === 0) return [];
    const mongodb = await persistently(() => records.mongodb.byIds(ids));
    const postgresql = await persistently(() => records.postgresql.byIds(ids));
    return ids.flatMap((id) => {
      const [one, other] = [mongodb.get(id), postgresql.get(id)];
      if (this.isUnderWay(one) || this.isUnderWay(other)) return [];
      const difference = differenceOf(records, one?.record, other?.record);
      return difference ? [{ ...difference, record: `${records.name}/${id}`, id }] : [];
    });
  }

  private isUnderWay<T>(held: Held<T> | undefined): boolean {
    const since = held?.unsyncedSince;
    return since != null && since.getTime() > this.clock.now().getTime() - this.tuning.overdueMs;
  }
}

function differenceOf<T extends ReplicatedRecord>(
  records: ReplicatedRecords<T>,
  mongodb: T | undefined,
  postgresql: T | undefined,
): Pick<Difference, 'kind' | 'detail' | 'tags'> | null {
  const shown = mongodb ?? postgresql;
  if (!shown) return null;
  const tags = records.tagsOf(shown);
  if (!postgresql) return { kind: 'missing', detail: 'the copy in PostgreSQL', tags };
  if (!mongodb) return { kind: 'missing', detail: 'the document in MongoDB', tags };
  const fields = records.differingFields(mongodb, postgresql);
  return fields.length === 0 ? null : { kind: 'different', detail: fields.join(', '), tags };
}

import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import type { Contribution, InsightOwner } from './daily-activity.js';
import type { InsightDay, InsightSource } from './insight-source.js';

const BATCH = 2_000;

type Counted = Readonly<Record<string, unknown>> & { readonly _id: string };

/** The records that insights count, of any feature. Rejects with `StoreUnavailable`. */
@Injectable()
export class CountedRecords {
  constructor(private readonly mongo: Mongo) {}

  /** The contributions of one day, or of all days if it is null, in batches. */
  async *contributions(
    source: InsightSource,
    { orgId, userId }: InsightOwner,
    day: InsightDay | null,
  ): AsyncGenerator<Contribution[]> {
    const counted = {
      organization_id: orgId,
      user_id: userId,
      ...source.conditions,
      ...(day && source.on(day)),
    };
    for (let after = ''; ;) {
      const filter: object = { ...counted, _id: { $gt: after } };
      const found = await this.mongo.run('find', () =>
        this.records(source)
          .find(filter)
          .project<Counted>(Object.fromEntries(source.fields.map((field) => [field, 1])))
          .sort({ _id: 1 })
          .limit(BATCH)
          .toArray(),
      );
      yield found.map(source.contributionOf);
      if (found.length < BATCH) return;
      after = found.at(-1)?._id ?? '';
    }
  }

  /** The organisations that have records. */
  organizations(source: InsightSource): Promise<string[]> {
    return this.mongo.run('distinct', () => this.records(source).distinct('organization_id'));
  }

  /** The accounts that have records in the organisation. */
  usersIn(source: InsightSource, orgId: string): Promise<string[]> {
    return this.mongo.run('distinct', () =>
      this.records(source).distinct('user_id', { organization_id: orgId }),
    );
  }

  private records({ collection }: InsightSource) {
    return this.mongo.collection<{ _id: string; organization_id: string; user_id: string }>(collection);
  }
}

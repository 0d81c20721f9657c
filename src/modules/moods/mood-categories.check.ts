import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { ComparedMoods } from './compared-moods.mongo.repository.js';
import { MoodCategoriesReadModel } from './mood-categories.pg.read-model.js';
import { MOODS_COLLECTION, type StoredMood } from './mood.js';

/** Checks that the category of a mood belongs to the same person. */
@Injectable()
export class MoodCategoriesCheck implements Check {
  readonly name = 'mood-categories';

  constructor(
    private readonly moods: ComparedMoods,
    private readonly categories: MoodCategoriesReadModel,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.moods.having('category_id')) {
      const suspicious = await this.lost(batch);
      // The deletion of an account removes the categories first, and the moods soon after.
      const differing = await this.lost(await this.moods.again(suspicious.map(({ _id }) => _id)));
      yield { compared: batch.length, differences: differing.map(differenceOf) };
    }
  }

  /** Categories belong to PostgreSQL and cannot be restored from MongoDB, so the mood stays without its category. */
  async repair({ id }: Difference): Promise<string> {
    const [mood] = await this.lost(await this.moods.again([String(id)]));
    if (!mood) return 'found it right already';
    await this.moods.withoutCategory(mood);
    return 'took the category out of the mood';
  }

  private async lost(moods: readonly StoredMood[]): Promise<StoredMood[]> {
    const owners = await this.categories.owners(moods.flatMap(({ category_id }) => category_id ?? []));
    return moods.filter(({ category_id, organization_id, user_id }) => {
      if (category_id === null) return false;
      const owner = owners.get(category_id);
      return owner?.orgId !== organization_id || owner.userId !== user_id;
    });
  }
}

const differenceOf = ({ _id }: StoredMood): Difference => ({
  kind: 'different',
  record: `${MOODS_COLLECTION}/${_id}`,
  id: _id,
  detail: 'category_id, of which its person has no category',
  tags: [],
});

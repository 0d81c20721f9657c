import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { CreateMoodCategoryDto } from './mood-categories.dto.js';
import { moodCategoryCreated } from './mood-categories.events.js';
import { MoodCategoriesRepository } from './mood-categories.pg.repository.js';
import type { MoodCategory } from './mood-category.js';
import { MAX_CATEGORIES, TooManyMoodCategories } from './moods.errors.js';
import { canChangeMoods, canReadMoods } from './moods.policy.js';

/** The caller's own mood categories. */
@Injectable()
export class MoodCategoriesService {
  constructor(
    private readonly postgres: Postgres,
    private readonly categories: MoodCategoriesRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Throws `MoodCategoryTaken`, `TooManyMoodCategories`. */
  create(actor: Principal, { name }: CreateMoodCategoryDto): Promise<MoodCategory> {
    assertCan(canChangeMoods(actor));
    const { orgId: organizationId, userId } = actor;
    return this.postgres.transaction(async (tx) => {
      const existing = await this.categories.countForUpdate(tx, organizationId, userId);
      if (existing >= MAX_CATEGORIES) throw new TooManyMoodCategories();
      const category = await this.categories.insert(tx, { id: newId(), organizationId, userId, name });
      await this.outbox.add(tx, moodCategoryCreated(actor, category));
      return category;
    });
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, limit: number, beforeId: string | null): Promise<MoodCategory[]> {
    assertCan(canReadMoods(actor));
    return this.categories.list(actor.orgId, actor.userId, limit + 1, beforeId);
  }
}

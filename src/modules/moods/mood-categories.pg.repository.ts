import { Injectable } from '@nestjs/common';
import { and, count, desc, eq, getTableColumns } from 'drizzle-orm';

import { nameKey } from '../../common/text/name-key.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { lockMember } from '../organizations/member-lock.pg.read-model.js';
import { moodCategories } from './mood-categories.table.js';
import type { MoodCategory } from './mood-category.js';
import { MoodCategoryTaken } from './moods.errors.js';

const { nameKey: _key, ...columns } = getTableColumns(moodCategories);

const isOf = (orgId: string, userId: string) =>
  and(eq(moodCategories.organizationId, orgId), eq(moodCategories.userId, userId));

/** The mood categories of one person in one organisation. */
@Injectable()
export class MoodCategoriesRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Newest first, by id (UUIDv7). */
  list(orgId: string, userId: string, limit: number, beforeId: string | null): Promise<MoodCategory[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(moodCategories)
        .where(and(isOf(orgId, userId), idBelow(moodCategories.id, beforeId)))
        .orderBy(desc(moodCategories.id))
        .limit(limit),
    );
  }

  /** Other transactions of the same person wait until this one ends, so that the number stays correct. */
  async countForUpdate(tx: Tx, orgId: string, userId: string): Promise<number> {
    await lockMember(tx, orgId, userId);
    const [row] = await tx.select({ count: count() }).from(moodCategories).where(isOf(orgId, userId));
    return row?.count ?? 0;
  }

  /** Throws `MoodCategoryTaken`. */
  async insert(tx: Tx, category: Omit<MoodCategory, 'createdAt'>): Promise<MoodCategory> {
    try {
      const [row] = await tx
        .insert(moodCategories)
        .values({ ...category, nameKey: nameKey(category.name) })
        .returning(columns);
      if (!row) throw new Error('An insert returned no row');
      return row;
    } catch (error) {
      if (violatedUnique(error) === 'mood_categories_name_key') throw new MoodCategoryTaken();
      throw error;
    }
  }
}

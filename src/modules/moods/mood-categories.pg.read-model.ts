import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { moodCategories } from './mood-categories.table.js';

/** The owner of a category. */
export interface CategoryOwner {
  orgId: string;
  userId: string;
}

/** Looks up mood categories for documents in MongoDB that refer to them. */
@Injectable()
export class MoodCategoriesReadModel {
  constructor(private readonly postgres: Postgres) {}

  async isOwnedBy(orgId: string, userId: string, id: string): Promise<boolean> {
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: moodCategories.id })
        .from(moodCategories)
        .where(
          and(
            eq(moodCategories.organizationId, orgId),
            eq(moodCategories.userId, userId),
            eq(moodCategories.id, id),
          ),
        ),
    );
    return rows.length > 0;
  }

  /** The owner of each existing category. For comparisons, so it retries while PostgreSQL is away. */
  async owners(ids: readonly string[]): Promise<ReadonlyMap<string, CategoryOwner>> {
    if (ids.length === 0) return new Map();
    const rows = await persistently(() =>
      this.postgres.run((db) =>
        db
          .select({
            id: moodCategories.id,
            orgId: moodCategories.organizationId,
            userId: moodCategories.userId,
          })
          .from(moodCategories)
          .where(inArray(moodCategories.id, [...new Set(ids)])),
      ),
    );
    return new Map(rows.map(({ id, orgId, userId }) => [id, { orgId, userId }]));
  }
}

import { and, eq, inArray, or, sql } from 'drizzle-orm';

import { nameKey } from '../../common/text/name-key.js';
import { moodCategories } from '../../modules/moods/mood-categories.table.js';
import { tags } from '../../modules/tags/tags.table.js';
import type { Db, Postgres, Tx } from '../../stores/postgres/postgres.js';

/** A tag or a mood category. */
export interface NamedRecord {
  id: string;
  userId: string;
  name: string;
  createdAt: Date;
}

/** The tags or mood categories of one organisation. */
export class NamesRepository {
  constructor(
    private readonly table: typeof tags | typeof moodCategories,
    private readonly postgres: Postgres,
    private readonly orgId: string,
  ) {}

  static tags(postgres: Postgres, orgId: string): NamesRepository {
    return new NamesRepository(tags, postgres, orgId);
  }

  static moodCategories(postgres: Postgres, orgId: string): NamesRepository {
    return new NamesRepository(moodCategories, postgres, orgId);
  }

  /** The ids of those that were inserted. A person who has one of the same name keeps that one. */
  async insert(tx: Tx, records: readonly NamedRecord[]): Promise<ReadonlySet<string>> {
    const rows = await tx
      .insert(this.table)
      .values(
        records.map((record) => ({
          ...record,
          organizationId: this.orgId,
          nameKey: nameKey(record.name),
          updatedAt: record.createdAt,
        })),
      )
      .onConflictDoNothing()
      .returning({ id: this.table.id });
    return new Set(rows.map(({ id }) => id));
  }

  /** The id of each name that a person has, under `key`. */
  async idsOf(tx: Tx, records: readonly NamedRecord[]): Promise<ReadonlyMap<string, string>> {
    if (records.length === 0) return new Map();
    const { table } = this;
    const rows = await tx
      .select({ id: table.id, userId: table.userId, nameKey: table.nameKey })
      .from(table)
      .where(
        and(
          eq(table.organizationId, this.orgId),
          or(
            ...records.map(({ userId, name }) =>
              and(eq(table.userId, userId), eq(table.nameKey, nameKey(name))),
            ),
          ),
        ),
      );
    return new Map(rows.map((row) => [`${row.userId}/${row.nameKey}`, row.id]));
  }

  /** With whether it was renamed since it was made: mood categories are never. */
  find(ids: readonly string[]): Promise<{ id: string; name: string; isChanged: boolean }[]> {
    if (ids.length === 0) return Promise.resolve([]);
    const { table } = this;
    return this.postgres.run((db: Db | Tx) =>
      db
        .select({
          id: table.id,
          name: table.name,
          isChanged:
            'updatedAt' in table
              ? sql<boolean>`${table.updatedAt} > ${table.createdAt}`
              : sql<boolean>`false`,
        })
        .from(table)
        .where(and(eq(table.organizationId, this.orgId), inArray(table.id, [...ids]))),
    );
  }
}

export const keyOf = ({ userId, name }: Pick<NamedRecord, 'userId' | 'name'>): string =>
  `${userId}/${nameKey(name)}`;

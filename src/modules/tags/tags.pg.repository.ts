import { Injectable } from '@nestjs/common';
import { and, count, desc, eq, getTableColumns } from 'drizzle-orm';

import { nameKey } from '../../common/text/name-key.js';
import { rising } from '../../stores/postgres/columns.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import { lockMember } from '../organizations/member-lock.pg.read-model.js';
import type { Tag } from './tag.js';
import { TagNameTaken } from './tags.errors.js';
import { tags } from './tags.table.js';

const { nameKey: _key, ...columns } = getTableColumns(tags);

const isOf = (orgId: string, userId: string) => and(eq(tags.organizationId, orgId), eq(tags.userId, userId));
const isOne = (orgId: string, userId: string, id: string) => and(isOf(orgId, userId), eq(tags.id, id));

/** The tags of one person in one organisation. */
@Injectable()
export class TagsRepository {
  constructor(private readonly postgres: Postgres) {}

  async find(orgId: string, userId: string, id: string): Promise<Tag | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(tags)
        .where(isOne(orgId, userId, id)),
    );
    return row ?? null;
  }

  /** Newest first, by id (UUIDv7). */
  list(orgId: string, userId: string, limit: number, beforeId: string | null): Promise<Tag[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(tags)
        .where(and(isOf(orgId, userId), idBelow(tags.id, beforeId)))
        .orderBy(desc(tags.id))
        .limit(limit),
    );
  }

  /** Other transactions of the same person wait until this one ends, so that the number stays correct. */
  async countForUpdate(tx: Tx, orgId: string, userId: string): Promise<number> {
    await lockMember(tx, orgId, userId);
    const [row] = await tx.select({ count: count() }).from(tags).where(isOf(orgId, userId));
    return row?.count ?? 0;
  }

  /** The tag, locked until the transaction ends. */
  async findForUpdate(tx: Tx, orgId: string, userId: string, id: string): Promise<Tag | null> {
    const [row] = await tx
      .select(columns)
      .from(tags)
      .where(isOne(orgId, userId, id))
      .for('update');
    return row ?? null;
  }

  /** Throws `TagNameTaken`. */
  async insert(tx: Tx, tag: Pick<Tag, 'id' | 'organizationId' | 'userId' | 'name'>): Promise<Tag> {
    const [row] = await refusingTaken(
      tx
        .insert(tags)
        .values({ ...tag, nameKey: nameKey(tag.name) })
        .returning(columns),
    );
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  /** For a locked tag. Throws `TagNameTaken`. */
  async rename(tx: Tx, { organizationId, userId, id }: Tag, name: string): Promise<Tag> {
    const [row] = await refusingTaken(
      tx
        .update(tags)
        .set({ name, nameKey: nameKey(name), updatedAt: rising(tags.updatedAt) })
        .where(isOne(organizationId, userId, id))
        .returning(columns),
    );
    if (!row) throw new Error('A locked row disappeared');
    return row;
  }

  async delete(tx: Tx, { organizationId, userId, id }: Tag): Promise<void> {
    await tx.delete(tags).where(isOne(organizationId, userId, id));
  }
}

async function refusingTaken<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (violatedUnique(error) === 'tags_name_key') throw new TagNameTaken();
    throw error;
  }
}

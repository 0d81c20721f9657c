import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';

import { rising } from '../../stores/postgres/columns.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import { compiled } from '../../stores/postgres/compiled.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { violatedForeignKey, violatedUnique } from '../../stores/postgres/postgres-errors.js';
import type { Organization, OrganizationChanges } from './organization.js';
import { OrganizationNotEmpty, SlugTaken } from './organizations.errors.js';
import { memberships, organizations } from './organizations.table.js';

const columns = {
  id: organizations.id,
  name: organizations.name,
  slug: organizations.slug,
  role: memberships.role,
  createdAt: organizations.createdAt,
  updatedAt: organizations.updatedAt,
};

const findOne = compiled<{ id: string; userId: string }, Organization[]>((db) =>
  db
    .select(columns)
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(
      and(
        eq(memberships.organizationId, sql.placeholder('id')),
        eq(memberships.userId, sql.placeholder('userId')),
      ),
    )
    .prepare('organizations_find'),
);

/** Organisations, seen through the membership of one user. */
@Injectable()
export class OrganizationsRepository {
  constructor(private readonly postgres: Postgres) {}

  async find(id: string, userId: string): Promise<Organization | null> {
    const [row] = await this.postgres.run((db) => findOne(db, { id, userId }));
    return row ?? null;
  }

  async findForUpdate(tx: Tx, id: string, userId: string): Promise<Organization | null> {
    const [row] = await tx
      .select(columns)
      .from(memberships)
      .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
      .where(and(eq(memberships.organizationId, id), eq(memberships.userId, userId)))
      .for('update', { of: organizations });
    return row ?? null;
  }

  /** Newest first, by id (UUIDv7). `only`: no other one. */
  list(userId: string, only: string | null, limit: number, beforeId: string | null): Promise<Organization[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(memberships)
        .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
        .where(
          and(
            eq(memberships.userId, userId),
            only === null ? undefined : eq(memberships.organizationId, only),
            idBelow(memberships.organizationId, beforeId),
          ),
        )
        .orderBy(desc(memberships.organizationId))
        .limit(limit),
    );
  }

  /** Together with its first owner. Throws `SlugTaken`. */
  async insert(
    tx: Tx,
    input: { id: string; name: string; slug: string },
    ownerId: string,
  ): Promise<Organization> {
    const [row] = await refusingTakenSlug(tx.insert(organizations).values(input).returning());
    await tx.insert(memberships).values({ organizationId: input.id, userId: ownerId, role: 'owner' });
    if (!row) throw new Error('An insert returned no row');
    return { ...row, role: 'owner' };
  }

  /** Throws `SlugTaken`. */
  async update(tx: Tx, id: string, changes: OrganizationChanges): Promise<void> {
    const updatedAt = rising(organizations.updatedAt);
    await refusingTakenSlug(
      tx
        .update(organizations)
        .set({ ...changes, updatedAt })
        .where(eq(organizations.id, id)),
    );
  }

  /** Throws `OrganizationNotEmpty` while it manages accounts. */
  async delete(tx: Tx, id: string): Promise<void> {
    try {
      // Deleting everything that belongs to it may take longer than a request's statement may.
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.delete(organizations).where(eq(organizations.id, id));
    } catch (error) {
      if (violatedForeignKey(error)) throw new OrganizationNotEmpty();
      throw error;
    }
  }
}

async function refusingTakenSlug<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (violatedUnique(error) === 'organizations_slug_key') throw new SlugTaken();
    throw error;
  }
}

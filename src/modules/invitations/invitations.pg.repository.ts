import { Injectable } from '@nestjs/common';
import { and, desc, eq, getTableColumns, gt, lte, sql } from 'drizzle-orm';

import { foldCase } from '../../common/text/fold-case.js';
import { caseFolded } from '../../stores/postgres/case-folded.js';
import { idBelow } from '../../stores/postgres/keyset.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import type { Invitation, NewInvitation } from './invitation.js';
import { invitations } from './invitations.table.js';

const { tokenHash: _hash, ...columns } = getTableColumns(invitations);

/** An account that may accept an invitation. */
export interface Invitee {
  id: string;
  email: string;
  isEmailConfirmed: boolean;
}

const isFor = (email: string) => eq(invitations.email, foldCase(email));

@Injectable()
export class InvitationsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** One transaction at a time for each organisation, until it ends. */
  async lock(tx: Tx, orgId: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`invitations:${orgId}`}, 0))`);
  }

  /** Takes away those of the organisation that have expired, and then the open one for an address. Null: there is none. */
  async takeOpen(tx: Tx, orgId: string, email: string, now: Date): Promise<Invitation | null> {
    const ofOrganization = eq(invitations.organizationId, orgId);
    await tx.delete(invitations).where(and(ofOrganization, lte(invitations.expiresAt, now)));
    const [row] = await tx
      .delete(invitations)
      .where(and(ofOrganization, isFor(email)))
      .returning(columns);
    return row ?? null;
  }

  async insert(tx: Tx, invitation: NewInvitation): Promise<Invitation> {
    const [row] = await tx.insert(invitations).values(invitation).returning(columns);
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  /** How many invitations are open. */
  async count(tx: Tx, orgId: string, now: Date): Promise<number> {
    return tx.$count(invitations, and(eq(invitations.organizationId, orgId), gt(invitations.expiresAt, now)));
  }

  /** Newest first: ids are UUIDv7. */
  list(orgId: string, limit: number, beforeId: string | null, now: Date): Promise<Invitation[]> {
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(invitations)
        .where(
          and(
            eq(invitations.organizationId, orgId),
            gt(invitations.expiresAt, now),
            idBelow(invitations.id, beforeId),
          ),
        )
        .orderBy(desc(invitations.id))
        .limit(limit),
    );
  }

  /** Null: the organisation has no such invitation. */
  async delete(tx: Tx, orgId: string, id: string): Promise<Invitation | null> {
    const [row] = await tx
      .delete(invitations)
      .where(and(eq(invitations.organizationId, orgId), eq(invitations.id, id)))
      .returning(columns);
    return row ?? null;
  }

  /** Removes the invitation of a token, so that only one request gets it. Null: there is none. */
  async take(tx: Tx, tokenHash: string): Promise<Invitation | null> {
    const [row] = await tx.delete(invitations).where(eq(invitations.tokenHash, tokenHash)).returning(columns);
    return row ?? null;
  }

  /** The person's account, locked until the transaction ends. */
  async lockInvitee(tx: Tx, userId: string): Promise<Invitee | null> {
    const [row] = await tx
      .select({ id: users.id, email: users.email, isEmailConfirmed: users.isEmailConfirmed })
      .from(users)
      .where(eq(users.id, userId))
      .for('no key update');
    return row ?? null;
  }

  /** Whether an account with this address is a member. */
  async hasMember(tx: Tx, orgId: string, email: string): Promise<boolean> {
    const rows = await tx
      .select({ id: users.id })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(
        and(eq(memberships.organizationId, orgId), sql`${caseFolded(users.email)} = ${foldCase(email)}`),
      );
    return rows.length > 0;
  }

  async forgetExpired(now: Date): Promise<void> {
    await this.postgres.run((db) => db.delete(invitations).where(lte(invitations.expiresAt, now)));
  }

  /** Deletes the invitations that name the address of an account, in every organisation. */
  async forget(tx: Tx, userId: string): Promise<void> {
    await tx.delete(invitations).where(
      sql`${invitations.email} = (
        select ${caseFolded(users.email)} from ${users} where ${eq(users.id, userId)})`,
    );
  }
}

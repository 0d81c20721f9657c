import { and, eq } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { memberships } from './organizations.table.js';

/** Locks a membership until the transaction ends, so that records of one person are counted and added one after another. */
export async function lockMember(tx: Tx, orgId: string, userId: string): Promise<void> {
  await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organizationId, orgId), eq(memberships.userId, userId)))
    .for('no key update');
}

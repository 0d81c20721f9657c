import { Injectable } from '@nestjs/common';
import { and, arrayOverlaps, eq, gt, inArray, or, sql } from 'drizzle-orm';

import type { Db, Tx } from '../../stores/postgres/postgres.js';
import { idempotencyKeys } from './idempotency-keys.table.js';

/** The owner of a key. */
export interface KeyOwner {
  orgId: string;
  principal: string;
  key: string;
}

export interface StoredResult {
  fingerprint: string;
  status: number;
  location: string | null;
  body: string | null;
}

/** A result with the codes by which an erasure finds it. */
export interface NewResult extends StoredResult {
  mentions: string[];
}

const RETENTION = sql`now() - interval '24 hours'`;
const SWEEP = 20;

@Injectable()
export class IdempotencyKeysRepository {
  /** Held until the transaction ends, however it ends. False: another request with this key is under way. */
  async tryLock(tx: Tx, { orgId, principal, key }: KeyOwner): Promise<boolean> {
    const name = JSON.stringify(['idempotency', orgId, principal, key]);
    const [row] = await tx.execute<{ locked: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as locked`,
    );
    return row?.locked ?? false;
  }

  async find(db: Db | Tx, { orgId, principal, key }: KeyOwner): Promise<StoredResult | null> {
    const [row] = await db
      .select({
        fingerprint: idempotencyKeys.fingerprint,
        status: idempotencyKeys.status,
        location: idempotencyKeys.location,
        body: idempotencyKeys.body,
      })
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.organizationId, orgId),
          eq(idempotencyKeys.principal, principal),
          eq(idempotencyKeys.key, key),
          gt(idempotencyKeys.createdAt, RETENTION),
        ),
      );
    return row ?? null;
  }

  /** Also deletes a few expired results, so that the table contains about one day. */
  async insert(tx: Tx, { orgId, principal, key }: KeyOwner, result: NewResult): Promise<void> {
    const row = { ...result, createdAt: sql`now()` };
    await tx
      .insert(idempotencyKeys)
      .values({ organizationId: orgId, principal, key, ...row })
      .onConflictDoUpdate({
        target: [idempotencyKeys.organizationId, idempotencyKeys.principal, idempotencyKeys.key],
        set: row,
      });
    await tx.execute(sql`
      delete from ${idempotencyKeys} where ctid in (
        select ctid from ${idempotencyKeys} where created_at < ${RETENTION} limit ${SWEEP} for update skip locked
      )`);
  }

  /** Deletes the results of these principals, in every organisation, and those that mention one of these codes. */
  async forget(tx: Tx, principals: string[], codes: string[]): Promise<void> {
    await tx
      .delete(idempotencyKeys)
      .where(
        or(inArray(idempotencyKeys.principal, principals), arrayOverlaps(idempotencyKeys.mentions, codes)),
      );
  }
}

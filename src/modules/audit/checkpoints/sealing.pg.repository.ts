import { Injectable } from '@nestjs/common';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';

import { Clock } from '../../../common/time/clock.js';
import { LeaseOwner } from '../../../flows/queue/lease-owner.js';
import { Postgres, type Tx } from '../../../stores/postgres/postgres.js';
import { uuidArray } from '../../../stores/postgres/uuid-array.js';
import { type Head, nextCheckpoint } from './chain.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { auditAwaited, auditCheckpoints, auditHeads, auditSealing } from './checkpoints.table.js';
import { FIRST_ID } from './entry-ids.js';
import type { Leaf } from './leaf.js';

/** The content of one sealing transaction. */
export interface Seal {
  /** The watermark that this seal is based on, and the new one. */
  from: string;
  to: string;
  leaves: ReadonlyMap<string, readonly Leaf[]>;
  awaited: readonly string[];
  /** Ids that were awaited and no longer are. */
  settled: readonly string[];
}

/** Another process has taken over and seals the entries instead. */
export class SealingTakenOver extends Error {
  override name = 'SealingTakenOver';
}

/**
 * Writes checkpoints. One process writes at a time, and each entry is sealed once, even after a crash between two
 * transactions.
 */
@Injectable()
export class Sealing {
  constructor(
    private readonly postgres: Postgres,
    private readonly owner: LeaseOwner,
    private readonly clock: Clock,
    private readonly tuning: CheckpointTuning,
  ) {}

  /** The watermark, if this process may seal now. Null: another process is sealing. */
  async lease(): Promise<string | null> {
    const [row] = await this.postgres.run(async (db) => {
      await db.insert(auditSealing).values({ watermark: FIRST_ID }).onConflictDoNothing();
      return db
        .update(auditSealing)
        .set({ leaseOwner: this.owner.id, leaseUntil: this.leaseEnd() })
        .where(
          sql`${auditSealing.leaseOwner} = ${this.owner.id}::uuid or ${auditSealing.leaseUntil} is null
            or ${auditSealing.leaseUntil} < clock_timestamp()`,
        )
        .returning({ watermark: auditSealing.watermark });
    });
    return row?.watermark ?? null;
  }

  async release(): Promise<void> {
    await this.postgres.run((db) =>
      db
        .update(auditSealing)
        .set({ leaseOwner: null, leaseUntil: null })
        .where(eq(auditSealing.leaseOwner, this.owner.id)),
    );
  }

  /** Throws `SealingTakenOver`, without having written anything, if the lease or the watermark has changed. */
  async commit({ from, to, leaves, awaited, settled }: Seal): Promise<void> {
    await this.postgres.transaction(async (tx) => {
      // This statement comes first because it is the lock. The heads that are read next cannot change until the
      // commit.
      const held = await tx
        .update(auditSealing)
        .set({ watermark: to, leaseUntil: this.leaseEnd() })
        .where(and(eq(auditSealing.watermark, from), eq(auditSealing.leaseOwner, this.owner.id)))
        .returning({ watermark: auditSealing.watermark });
      if (held.length === 0) throw new SealingTakenOver();
      await this.append(tx, leaves);
      await addAwaited(tx, awaited);
      if (settled.length > 0) {
        await tx.execute(
          sql`delete from ${auditAwaited} where ${auditAwaited.entryId} = any(${uuidArray(settled)}::uuid[])`,
        );
      }
    });
  }

  /** In the order of ids. */
  async awaited(after: string): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db
        .select()
        .from(auditAwaited)
        .where(sql`${auditAwaited.entryId} > ${after}::uuid`)
        .orderBy(auditAwaited.entryId)
        .limit(this.tuning.pageSize),
    );
    return rows.map(({ entryId }) => entryId);
  }

  /**
   * Has entries sealed that were unknown when the watermark passed them. Does nothing if the organisation has a newer
   * checkpoint than `newest`, because that one may cover them.
   */
  async awaitLate(orgId: string, newest: number, ids: readonly string[]): Promise<void> {
    await this.postgres.transaction(async (tx) => {
      await tx.select().from(auditSealing).for('update');
      const [head] = await tx.select().from(auditHeads).where(eq(auditHeads.organizationId, orgId));
      if ((head?.sequence ?? 0) === newest) await addAwaited(tx, ids);
    });
  }

  private async append(tx: Tx, leaves: Seal['leaves']): Promise<void> {
    const orgIds = [...leaves.keys()];
    if (orgIds.length === 0) return;
    const heads = await headsOf(tx, orgIds);
    const sealedAt = this.clock.now();
    const checkpoints = [...leaves].map(([orgId, sealed]) => {
      const { orgId: organizationId, ...checkpoint } = nextCheckpoint(
        orgId,
        heads.get(orgId) ?? null,
        sealed,
        sealedAt,
      );
      return { organizationId, ...checkpoint };
    });
    await tx.insert(auditCheckpoints).values(checkpoints);
    await tx
      .insert(auditHeads)
      .values(checkpoints)
      .onConflictDoUpdate({
        target: auditHeads.organizationId,
        set: { sequence: sql`excluded.sequence`, digest: sql`excluded.digest` },
      });
  }

  private leaseEnd() {
    return sql`clock_timestamp() + ${this.tuning.leaseMs} * interval '1 ms'`;
  }
}

async function addAwaited(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(
    sql`insert into ${auditAwaited} select unnest(${uuidArray(ids)}::uuid[]) on conflict do nothing`,
  );
}

/**
 * The later of two: the recorded head and the newest existing checkpoint. So if one of the two is deleted, the sealing
 * continues, and verification detects the deletion.
 */
async function headsOf(tx: Tx, orgIds: readonly string[]): Promise<Map<string, Head>> {
  const { organizationId, sequence, digest } = auditCheckpoints;
  const recorded = await tx
    .select()
    .from(auditHeads)
    .where(inArray(auditHeads.organizationId, [...orgIds]));
  const newest = await tx
    .selectDistinctOn([organizationId], { organizationId, sequence, digest })
    .from(auditCheckpoints)
    .where(inArray(organizationId, [...orgIds]))
    .orderBy(organizationId, desc(sequence));
  const ascending = [...recorded, ...newest].toSorted((a, b) => a.sequence - b.sequence);
  return new Map(ascending.map((head) => [head.organizationId, head]));
}

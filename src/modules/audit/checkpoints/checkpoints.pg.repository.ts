import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';

import { Postgres } from '../../../stores/postgres/postgres.js';
import { uuidArray } from '../../../stores/postgres/uuid-array.js';
import type { Checkpoint, Head } from './chain.js';
import { auditAwaited, auditCheckpoints, auditHeads, auditSealing } from './checkpoints.table.js';

/** The state of an organisation's chain at one moment. */
export interface ChainState {
  /** Every entry with an id up to this one is sealed, or is awaited, or has no witness. Null: nothing is sealed yet. */
  watermark: string | null;
  head: Head | null;
  /** The sequence of the newest existing checkpoint. It is the head's, unless one of the two was tampered with. */
  newest: number;
}

const PAGE = 64;

/** Reads checkpoints, which never change. */
@Injectable()
export class Checkpoints {
  constructor(private readonly postgres: Postgres) {}

  async state(orgId: string): Promise<ChainState> {
    return this.postgres.run(async (db) => {
      const [row] = await db
        .select({
          watermark: auditSealing.watermark,
          sequence: auditHeads.sequence,
          digest: auditHeads.digest,
          newest: sql<number>`(
            select coalesce(max(${auditCheckpoints.sequence}), 0) from ${auditCheckpoints}
            where ${auditCheckpoints.organizationId} = ${orgId})`,
        })
        .from(auditSealing)
        .leftJoin(auditHeads, eq(auditHeads.organizationId, orgId));
      if (!row) return { watermark: null, head: null, newest: 0 };
      const { watermark, sequence, digest, newest } = row;
      return { watermark, newest, head: sequence === null || digest === null ? null : { sequence, digest } };
    });
  }

  /** Checkpoints in the order of sequences, after `after` (exclusive) up to `upTo` (inclusive; null: to the end). */
  async *walk(orgId: string, after: number, upTo: number | null): AsyncGenerator<Checkpoint> {
    let last = after;
    for (;;) {
      const rows = await this.postgres.run((db) =>
        db
          .select()
          .from(auditCheckpoints)
          .where(
            and(
              eq(auditCheckpoints.organizationId, orgId),
              sql`${auditCheckpoints.sequence} > ${last}`,
              ...(upTo === null ? [] : [sql`${auditCheckpoints.sequence} <= ${upTo}`]),
            ),
          )
          .orderBy(auditCheckpoints.sequence)
          .limit(PAGE),
      );
      for (const { organizationId, ...checkpoint } of rows) yield { orgId: organizationId, ...checkpoint };
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      last = end.sequence;
    }
  }

  /** Those of `ids` that will be sealed as soon as MongoDB has them. */
  async awaitedAmong(ids: readonly string[]): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db
        .select()
        .from(auditAwaited)
        .where(sql`${auditAwaited.entryId} = any(${uuidArray(ids)}::uuid[])`),
    );
    return rows.map(({ entryId }) => entryId);
  }
}

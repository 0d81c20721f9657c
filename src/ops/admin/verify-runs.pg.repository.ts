import { Injectable } from '@nestjs/common';
import { desc, eq, notInArray, sql } from 'drizzle-orm';
import { z } from 'zod';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { VerifyRun } from './verify-run.js';
import { verifyRuns } from './verify-runs.table.js';

const MAX_RUNS = 50;
/** Several times the interval between two heartbeats. */
const SILENT_AFTER = sql`interval '30 seconds'`;

const count = z.number();
const checkReport = z.object({
  name: z.string(),
  compared: count,
  missing: count,
  extra: count,
  different: count,
  repaired: count,
  seconds: count,
});

const storedRun: z.ZodType<VerifyRun> = z.object({
  id: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  isRepair: z.boolean(),
  startedAt: z.coerce.date(),
  finishedAt: z.coerce.date().nullable(),
  checks: z.array(checkReport),
  isOk: z.boolean().nullable(),
  remaining: z.number().nullable(),
  failure: z.string().nullable(),
});

/** A run as it was last written. `isSilent`: the process that ran it sends no heartbeat any more. */
export interface StoredRun {
  run: VerifyRun;
  isSilent: boolean;
}

@Injectable()
export class VerifyRunsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Writes the present state of the run, and deletes all but the last fifty runs. */
  async save(run: VerifyRun): Promise<void> {
    const row = { run, heardAt: sql`now()` };
    await this.postgres.transaction(async (tx) => {
      await tx
        .insert(verifyRuns)
        .values({ id: run.id, startedAt: run.startedAt, ...row })
        .onConflictDoUpdate({ target: verifyRuns.id, set: row });
      const kept = tx
        .select({ id: verifyRuns.id })
        .from(verifyRuns)
        .orderBy(desc(verifyRuns.startedAt))
        .limit(MAX_RUNS);
      await tx.delete(verifyRuns).where(notInArray(verifyRuns.id, kept));
    });
  }

  async find(id: string): Promise<StoredRun | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({
          run: verifyRuns.run,
          isSilent: sql<boolean>`${verifyRuns.heardAt} < now() - ${SILENT_AFTER}`,
        })
        .from(verifyRuns)
        .where(eq(verifyRuns.id, id)),
    );
    return row ? { run: storedRun.parse(row.run), isSilent: row.isSilent } : null;
  }
}

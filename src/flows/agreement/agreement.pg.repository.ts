import { Injectable } from '@nestjs/common';
import { and, count, gte, inArray, isNotNull, lt, min, type SQL, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { FoundDifference } from '../reconciliation/reconciliation.js';
import { agreementDifferences } from './agreement-differences.table.js';
import { agreementLooks } from './agreement-looks.table.js';
import type { AgreementState, FinishedComparison } from './agreement-state.js';
import { AgreementTuning } from './agreement-tuning.js';

/** Stores the results of the continuous comparison, so that every instance can read them. */
@Injectable()
export class AgreementRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly tuning: AgreementTuning,
  ) {}

  /**
   * The oldest moment of change of the differences that comparisons of recent changes found and that are still there.
   * Null: there are none.
   */
  async openSince(): Promise<Date | null> {
    const { changedSince } = agreementDifferences;
    const [row] = await this.postgres.run((db) =>
      db
        .select({ since: min(changedSince) })
        .from(agreementDifferences)
        .where(isNotNull(changedSince)),
    );
    return row?.since ?? null;
  }

  /** `changedSince`: found by a comparison of changes since then. Null: found by a pass. */
  async add(found: readonly FoundDifference[], seenAt: Date, changedSince: Date | null): Promise<void> {
    const rows = JSON.stringify(
      found.map(({ check, record, kind, detail }) => ({ check, record, kind, detail })),
    );
    await this.postgres.run((db) =>
      db.execute(sql`
        insert into ${agreementDifferences} ("check", record, kind, detail, found_at, seen_at, changed_since)
        select f."check", f.record, f.kind, f.detail, ${seenAt.toISOString()}::timestamptz,
          ${seenAt.toISOString()}::timestamptz, ${changedSince?.toISOString() ?? null}::timestamptz
        from jsonb_to_recordset(${rows}::text::jsonb) as f("check" text, record text, kind text, detail text)
        where (select count(*) from agreement_differences d where d."check" = f."check") < ${this.tuning.maxDifferences}
          or exists (select 1 from agreement_differences d where d."check" = f."check" and d.record = f.record)
        on conflict ("check", record) do update set kind = excluded.kind, detail = excluded.detail,
          seen_at = greatest(agreement_differences.seen_at, excluded.seen_at)`),
    );
  }

  /** Removes the differences that the finished comparison covered and did not find again: they agree by now. */
  async finish(
    look: FinishedComparison,
    checks: readonly string[],
    changedSince: Date | null,
  ): Promise<void> {
    const { scope, startedAt, finishedAt, checked } = look;
    const { check, seenAt, changedSince: foundSince } = agreementDifferences;
    const wasInReach: SQL | undefined = changedSince ? gte(foundSince, changedSince) : undefined;
    await this.postgres.transaction(async (tx) => {
      await tx
        .delete(agreementDifferences)
        .where(and(inArray(check, [...checks]), lt(seenAt, startedAt), wasInReach));
      await tx
        .insert(agreementLooks)
        .values({ scope, startedAt, finishedAt, checked })
        .onConflictDoUpdate({ target: agreementLooks.scope, set: { startedAt, finishedAt, checked } });
    });
  }

  async state(): Promise<AgreementState> {
    const { check } = agreementDifferences;
    const [looks, differences] = await this.postgres.run(async (db) => [
      await db.select().from(agreementLooks),
      await db.select({ check, count: count() }).from(agreementDifferences).groupBy(check),
    ]);
    return {
      recent: looks.find(({ scope }) => scope === 'recent') ?? null,
      pass: looks.find(({ scope }) => scope === 'pass') ?? null,
      differences: Object.fromEntries(differences.map((row) => [row.check, row.count])),
    };
  }
}

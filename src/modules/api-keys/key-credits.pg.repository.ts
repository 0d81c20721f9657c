import { Injectable } from '@nestjs/common';
import { and, eq, type SQL, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Credits, Refill } from './api-key.js';
import { apiKeyCredits } from './api-key-credits.table.js';

const { remaining, refillAmount, refillInterval, refillDay, refilledAt } = apiKeyCredits;

const moment = (now: Date): SQL => sql`${now.toISOString()}::timestamptz`;

/** The moment of the last refill according to the calendar (UTC). A `day` past the end of the month is its last day. */
function lastRefill(now: Date): SQL {
  const at = sql`(${moment(now)} at time zone 'UTC')`;
  const inMonth = (month: SQL): SQL =>
    sql`least(${month} + make_interval(days => ${refillDay} - 1), ${month} + interval '1 month' - interval '1 day')`;
  const thisMonth = sql`date_trunc('month', ${at})`;
  const monthBefore = sql`(${thisMonth} - interval '1 month')`;
  return sql`(case when ${refillInterval} = 'daily' then date_trunc('day', ${at})
    when ${inMonth(thisMonth)} <= ${at} then ${inMonth(thisMonth)} else ${inMonth(monthBefore)} end at time zone 'UTC')`;
}

const isDue = (now: Date): SQL => sql`(${refillAmount} is not null and ${refilledAt} < ${lastRefill(now)})`;

/** The credits that may be spent. They include a refill that is due, which never lowers the balance. */
export const balanceAt = (now: Date): SQL<number> =>
  sql<number>`(case when ${isDue(now)} then greatest(${remaining}, ${refillAmount}) else ${remaining} end)`.mapWith(
    Number,
  );

/** The amount that a statement took, and the balance before it. */
export interface Spent {
  balance: number;
  spent: number;
}

@Injectable()
export class KeyCreditsRepository {
  constructor(private readonly postgres: Postgres) {}

  /**
   * Takes the largest of these sums that the balance covers, in one statement that locks one row. So however many
   * instances spend at once, they never take more than there is. `sums` rise; `least`: the smallest sum that takes
   * anything. Null: the key's credits are not counted.
   *
   * Every value is an expression of the row itself. PostgreSQL evaluates such an expression again after it has waited
   * for another update, but not a subquery on the table.
   */
  async spend(keyId: string, sums: readonly number[], least: number, now: Date): Promise<Spent | null> {
    const balance = balanceAt(now);
    const given = `{${sums.join(',')}}`;
    const taken = sql`coalesce((select max(given) from unnest(${given}::bigint[]) as given where given <= ${balance}), 0)`;
    const [row] = await this.postgres.run((db) =>
      db
        .update(apiKeyCredits)
        .set({
          remaining: sql`${balance} - ${taken}`,
          lastSpent: taken,
          refilledAt: sql`case when ${isDue(now)} then ${lastRefill(now)} else ${refilledAt} end`,
        })
        .where(and(eq(apiKeyCredits.apiKeyId, keyId), sql`(${balance} >= ${least} or ${isDue(now)})`))
        .returning({ left: remaining, spent: apiKeyCredits.lastSpent }),
    );
    if (row) return { balance: row.left + row.spent, spent: row.spent };
    const left = await this.balance(keyId, now);
    return left === null ? null : { balance: left, spent: 0 };
  }

  /** Null: not counted. */
  async balance(keyId: string, now: Date): Promise<number | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ balance: balanceAt(now) })
        .from(apiKeyCredits)
        .where(eq(apiKeyCredits.apiKeyId, keyId)),
    );
    return row?.balance ?? null;
  }

  async insert(tx: Tx, keyId: string, credits: Credits, now: Date): Promise<void> {
    await tx.insert(apiKeyCredits).values({
      ...{ apiKeyId: keyId, remaining: credits.remaining, refilledAt: now },
      ...columnsOf(credits.refill),
    });
  }

  /** Omitted values stay as they are, because verifications continue to spend. */
  async update(tx: Tx, keyId: string, changes: Partial<Credits>, now: Date): Promise<void> {
    const { remaining: balance, refill } = changes;
    // The credits that were due until now are computed by the rule that was in force.
    const settled = { remaining: balance ?? balanceAt(now), refilledAt: now };
    await tx
      .update(apiKeyCredits)
      .set({ ...settled, ...(refill === undefined ? {} : columnsOf(refill)) })
      .where(eq(apiKeyCredits.apiKeyId, keyId));
  }

  async delete(tx: Tx, keyId: string): Promise<void> {
    await tx.delete(apiKeyCredits).where(eq(apiKeyCredits.apiKeyId, keyId));
  }
}

const columnsOf = (refill: Refill | null) => ({
  refillAmount: refill?.amount ?? null,
  refillInterval: refill?.interval ?? null,
  refillDay: refill?.interval === 'monthly' ? (refill.day ?? 1) : null,
});

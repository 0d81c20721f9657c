import { Injectable } from '@nestjs/common';
import { and, eq, type SQL, sql } from 'drizzle-orm';

import { compiled } from '../../stores/postgres/compiled.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Credits, Refill } from './api-key.js';
import { apiKeyCredits } from './api-key-credits.table.js';

const { remaining, refillAmount, refillInterval, refillDay, refilledAt } = apiKeyCredits;

/** The moment of the last refill that the calendar (UTC) asks for. A `day` past the end of the month is its last day. */
function lastRefill(now: SQL): SQL {
  const at = sql`(${now} at time zone 'UTC')`;
  const inMonth = (month: SQL): SQL =>
    sql`least(${month} + make_interval(days => ${refillDay} - 1), ${month} + interval '1 month' - interval '1 day')`;
  const thisMonth = sql`date_trunc('month', ${at})`;
  const monthBefore = sql`(${thisMonth} - interval '1 month')`;
  return sql`(case when ${refillInterval} = 'daily' then date_trunc('day', ${at})
    when ${inMonth(thisMonth)} <= ${at} then ${inMonth(thisMonth)} else ${inMonth(monthBefore)} end at time zone 'UTC')`;
}

const isDue = (now: SQL): SQL => sql`(${refillAmount} is not null and ${refilledAt} < ${lastRefill(now)})`;

const balance = (now: SQL): SQL<number> =>
  sql<number>`(case when ${isDue(now)} then greatest(${remaining}, ${refillAmount}) else ${remaining} end)`.mapWith(
    Number,
  );

/** What may be spent: a refill that is due is part of it, and never lowers it. */
export const balanceAt = (now: Date): SQL<number> => balance(sql`${now.toISOString()}::timestamptz`);

/** The values of `spending`, each once: a statement of many parameters is not prepared. */
const given = sql`(select ${sql.placeholder('now')}::timestamptz as now, ${sql.placeholder('sums')}::bigint[] as sums,
  ${sql.placeholder('least')}::bigint as least, ${sql.placeholder('keyId')}::uuid as key_id) as given`;
const NOW = sql`given.now`;
const taken = sql`coalesce((select max(cost) from unnest(given.sums) as cost where cost <= ${balance(NOW)}), 0)`;

interface Spending extends Record<string, unknown> {
  keyId: string;
  now: string;
  /** `{1,3}` */
  sums: string;
  least: number;
}

/**
 * Every value is an expression of the row itself: PostgreSQL works it out again after it has waited for another's update,
 * which it does not for a subquery on the table.
 */
const spending = compiled<Spending, { left: number; spent: number }[]>((db) =>
  db
    .update(apiKeyCredits)
    .set({
      remaining: sql`${balance(NOW)} - ${taken}`,
      lastSpent: taken,
      refilledAt: sql`case when ${isDue(NOW)} then ${lastRefill(NOW)} else ${refilledAt} end`,
    })
    .from(given)
    .where(
      and(
        sql`${apiKeyCredits.apiKeyId} = given.key_id`,
        sql`(${balance(NOW)} >= given.least or ${isDue(NOW)})`,
      ),
    )
    .returning({ left: remaining, spent: apiKeyCredits.lastSpent })
    .prepare('api_key_credits_spend'),
);

const reading = compiled<{ keyId: string; now: string }, { balance: number }[]>((db) =>
  db
    .select({ balance: balance(NOW) })
    .from(apiKeyCredits)
    .innerJoin(sql`(select ${sql.placeholder('now')}::timestamptz as now) as given`, sql`true`)
    .where(eq(apiKeyCredits.apiKeyId, sql.placeholder('keyId')))
    .prepare('api_key_credits_balance'),
);

/** What a statement took, and what was there before. */
export interface Spent {
  balance: number;
  spent: number;
}

@Injectable()
export class KeyCreditsRepository {
  constructor(private readonly postgres: Postgres) {}

  /**
   * Takes the largest of these sums that the balance covers, in one statement that locks one row: however many instances
   * spend at once, never more is taken than there is. `sums` rise; `least`: the smallest that takes anything. Null: the key's
   * credits are not counted.
   */
  async spend(keyId: string, sums: readonly number[], least: number, now: Date): Promise<Spent | null> {
    const values = { keyId, now: now.toISOString(), sums: `{${sums.join(',')}}`, least };
    const [row] = await this.postgres.run((db) => spending(db, values));
    if (row) return { balance: row.left + row.spent, spent: row.spent };
    const left = await this.balance(keyId, now);
    return left === null ? null : { balance: left, spent: 0 };
  }

  /** Null: not counted. */
  async balance(keyId: string, now: Date): Promise<number | null> {
    const [row] = await this.postgres.run((db) => reading(db, { keyId, now: now.toISOString() }));
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
    const { remaining: named, refill } = changes;
    // What was due until now is given by the rule that has been in force.
    const settled = { remaining: named ?? balanceAt(now), refilledAt: now };
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

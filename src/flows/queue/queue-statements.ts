import type { TransactionSql } from 'postgres';

/** Two integers, which never collide with the aggregates' locks, whose keys are single numbers. */
const CLAIM_LOCK = [7_471, 1] as const;

/**
 * Held by every transaction that reads and changes the state of waiting rows, so that claims and changes run one after
 * the other.
 */
export const lockClaims = (tx: TransactionSql) =>
  tx`select pg_advisory_xact_lock(${CLAIM_LOCK[0]}, ${CLAIM_LOCK[1]})`;

/**
 * Leaves PostgreSQL only one plan for the statements that follow in the transaction. The queue is usually empty, and
 * long after an outage. Until the next vacuum PostgreSQL may assume that it is empty. Then all plans seem to cost the
 * same, and one that compares every row with every other took 11 s for 60,000 rows. The only plan left does not scan
 * the table, does not sort if an index has the order, does not join the sub-select (`offset 0`), takes the keys from
 * an array, and uses an index that fits only a walk in the order of positions (`position > 0`). If a crash loses a
 * lease or an outcome, the work is only repeated.
 */
export const plannedForLongQueue = (tx: TransactionSql) => tx`
  select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true),
    set_config('synchronous_commit', 'off', true)`;

import type { TransactionSql } from 'postgres';

/** Two integers: apart from the aggregates' locks, which are single numbers. */
const CLAIM_LOCK = [7_471, 1] as const;

/** Whoever reads and changes the state of waiting rows holds it, so that claims and changes follow each other. */
export const lockClaims = (tx: TransactionSql) =>
  tx`select pg_advisory_xact_lock(${CLAIM_LOCK[0]}, ${CLAIM_LOCK[1]})`;

/**
 * The queue is empty as a rule and long after an outage, and until the next vacuum PostgreSQL may believe it empty: then
 * all plans seem to cost the same, and one that compares every row with every other took 11 s for 60,000. So a statement
 * behind this leaves one plan alone: no scan of the table; no sort where an index has the order; a sub-select that is not
 * joined (`offset 0`); keys in an array; and an index that only the walk in the order of positions can use
 * (`position > 0`). What a crash forgets, a lease or an outcome, is only repeated.
 */
export const plannedForLongQueue = (tx: TransactionSql) => tx`
  select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true),
    set_config('synchronous_commit', 'off', true)`;

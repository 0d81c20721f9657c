/** Up to so many waiting rows are counted exactly. Beyond, their number is estimated from samples. */
export const COUNTED_ROWS = 5_000;
/** So many of what was given up are counted. More are shown as this number. */
export const COUNTED_DEAD_ROWS = 10_000;

const SAMPLES = 50;
const POSITIONS = COUNTED_ROWS / SAMPLES;

/** The condition of the index over the waiting rows in the order of their positions. */
const WAITING = 'not is_delivered and dead_at is null and position > 0';

/**
 * SQL of common table expressions that end with `waiting`: waiting rows of a queue with these columns and with
 * `weight`, the number of rows for which each stands. The sum of the weights is the depth of the queue. Reads at most
 * 10,000 rows, however many wait: the oldest ones, and if these are not all, fifty samples spread evenly over the
 * positions.
 */
export const weighedRows = (table: 'outbox_queue' | 'spool', columns: readonly string[]): string => {
  const listed = ['position', ...columns].join(', ');
  return `
    oldest as materialized (
      select ${listed} from ${table} where ${WAITING} order by position limit ${COUNTED_ROWS + 1}),
    ends as materialized (
      select min(position) as low, 1 + (
        select position from ${table} where ${WAITING} order by position desc limit 1) - min(position) as span
      from oldest having count(*) > ${COUNTED_ROWS}),
    sampled as materialized (
      select found.*, ends.span / ${COUNTED_ROWS}::float8 as weight
      from ends cross join generate_series(0, ${SAMPLES - 1}) as sample
      cross join lateral (
        select ${listed} from ${table} where ${WAITING}
          and position >= ends.low + ends.span * sample / ${SAMPLES}
          and position < ends.low + ends.span * sample / ${SAMPLES} + ${POSITIONS}
        order by position limit ${POSITIONS}) as found),
    waiting as (
      select *, 1::float8 as weight from oldest where not exists (select from ends)
      union all select * from sampled)`;
};

/** SQL for the number of rows of a queue that were given up, at most `COUNTED_DEAD_ROWS`. */
export const deadRows = (table: 'outbox_queue' | 'spool' | 'scheduled_jobs'): string =>
  `(select count(*)::int from (select from ${table} where dead_at is not null limit ${COUNTED_DEAD_ROWS}) as dead)`;

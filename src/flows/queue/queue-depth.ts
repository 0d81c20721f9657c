/** Up to so many waiting rows, the oldest ones, are counted. The number of the rows behind them is estimated. */
export const COUNTED_ROWS = 5_000;
/** So many of what was given up are counted. More are shown as this number. */
export const COUNTED_DEAD_ROWS = 10_000;

const SAMPLES = 50;
/** The length of a sample. */
const POSITIONS = COUNTED_ROWS / SAMPLES;

/** The condition of the index over the waiting rows in the order of their positions. */
const WAITING = 'not is_delivered and dead_at is null and position > 0';

/**
 * SQL of common table expressions that end with `waiting`: waiting rows of a queue with these columns and with
 * `weight`, the number of rows for which each stands. The sum of the weights is the depth of the queue. Reads at most
 * 10,000 rows, however many wait. The oldest rows stand for themselves, so a few that were left behind long ago do not
 * stretch the range in which the others are looked for. The positions after them are cut into fifty strata of the same
 * length, and the beginning of each is read.
 */
export const weighedRows = (table: 'outbox_queue' | 'spool', columns: readonly string[]): string => {
  const listed = ['position', ...columns].join(', ');
  return `
    oldest as materialized (
      select ${listed} from ${table} where ${WAITING} order by position limit ${COUNTED_ROWS}),
    younger as materialized (
      select max(position) + 1 as low, (
        select position from ${table} where ${WAITING} order by position desc limit 1) - max(position) as span
      from oldest having count(*) = ${COUNTED_ROWS}),
    strata as materialized (
      select low + span * n / ${SAMPLES} as low, low + span * (n + 1) / ${SAMPLES} as high
      from younger cross join generate_series(0, ${SAMPLES - 1}) as n),
    sampled as materialized (
      select found.*, greatest(1, (strata.high - strata.low) / ${POSITIONS}::float8) as weight
      from strata cross join lateral (
        select ${listed} from ${table} where ${WAITING}
          and position >= strata.low and position < least(strata.low + ${POSITIONS}, strata.high)
        order by position limit ${POSITIONS}) as found),
    waiting as (
      select *, 1::float8 as weight from oldest union all select * from sampled)`;
};

/** SQL for the number of rows of a queue that were given up, at most `COUNTED_DEAD_ROWS`. */
export const deadRows = (table: 'outbox_queue' | 'spool' | 'scheduled_jobs'): string =>
  `(select count(*)::int from (select from ${table} where dead_at is not null limit ${COUNTED_DEAD_ROWS}) as dead)`;

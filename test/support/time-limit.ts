/**
 * A time limit in milliseconds. At full size (`FULL=1`), on a quiet machine, it is the promised time. Every other run
 * may share a slow machine with another build, and fails only if the time is of another order of magnitude.
 */
export const timeLimit = (promisedMs: number): number => (process.env['FULL'] === '1' ? 1 : 5) * promisedMs;

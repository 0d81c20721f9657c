/**
 * A limit of time in milliseconds. At full size (`FULL=1`), on a quiet machine, it is what is promised. Every other run may share a
 * slow machine with another build, and fails only where the time is of another order.
 */
export const timeLimit = (promisedMs: number): number => (process.env['FULL'] === '1' ? 1 : 5) * promisedMs;

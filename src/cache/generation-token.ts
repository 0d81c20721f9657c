import { randomBytes } from 'node:crypto';

const instance = randomBytes(9).toString('base64url');
let made = 0;

/**
 * A generation that nobody ever had or will have: so that one that was lost, evicted or restored from an old
 * copy cannot equal what an entry remembers, as a counter that starts again would.
 */
export const newGeneration = (): string => `${instance}${(made++).toString(36)}`;

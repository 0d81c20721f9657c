import { randomBytes } from 'node:crypto';

const instance = randomBytes(9).toString('base64url');
let made = 0;

/**
 * A generation that was never used before and will never be used again. So if a generation is lost, evicted or
 * restored from an old copy, its successor cannot equal what an entry remembers. A counter that starts again could.
 */
export const newGeneration = (): string => `${instance}${(made++).toString(36)}`;

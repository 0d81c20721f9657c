import { hash } from '@node-rs/argon2';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Argon2id as a PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

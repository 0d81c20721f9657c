import { hash, verify } from '@node-rs/argon2';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Argon2id as a PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

/** Whether `passwordHash` is one that `verifyPassword` can check. */
export const isUsableHash = (passwordHash: string): boolean => passwordHash.startsWith('$argon2');

/** False for a wrong password. Rejects for a hash that is not usable. */
export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> => verify(passwordHash, password);

import { hash } from '@node-rs/argon2';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const OURS = '$argon2id$v=19$m=19456,t=2,p=1$';

/** Argon2id as a PHC string. Services hash through `PasswordHashing`, which limits how many hashes run at once. */
export const hashPassword = (password: string): Promise<string> => hash(password, PARAMETERS);

/** Whether a hash has the form and parameters of `hashPassword`. */
export const isOurHash = (stored: string): boolean => stored.startsWith(OURS);

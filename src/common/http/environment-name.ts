import { z } from 'zod';

/** The name of an environment of feature flags. */
export const environmentName = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, hyphens, underscores or tildes')
  .refine((name) => name !== '__proto__', 'is no name of an environment');

import { randomBytes } from 'node:crypto';

/** The body of a `POST users` that nothing else has. */
export function newAccount(
  overrides: Record<string, unknown> = {},
): Record<string, unknown> & { email: string; username: string } {
  const unique = randomBytes(6).toString('hex');
  return { email: `ada-${unique}@example.com`, username: `ada-${unique}`, ...overrides };
}

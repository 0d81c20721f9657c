import { Malformed } from '../../common/errors/kinds.js';
import { environmentName } from '../../common/http/environment-name.js';

/** The environment's name in a path. Throws `Malformed`. */
export function parseEnvironment(given: string): string {
  const parsed = environmentName.safeParse(given);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ message }) => ({
    path: 'environment',
    code: 'invalid_format',
    message,
  }));
  throw new Malformed('This is no name of an environment.', { errors });
}

import { ConfigInvalid } from '../../config/parse-config.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

/**
 * What people learn about an expected failure: the message says what failed, `why` says why, and `remedies` what to
 * do.
 */
export interface Explained extends Error {
  why: string;
  remedies: readonly string[];
}

/** An expected failure of a command. Shown without a stack trace; the exit code is 1. */
export class CommandFailed extends Error implements Explained {
  constructor(
    what: string,
    readonly why: string,
    readonly remedies: readonly string[] = [],
    options: { cause?: unknown } = {},
  ) {
    super(what, options);
    this.name = new.target.name;
  }
}

const isExplained = (error: unknown): error is Explained =>
  error instanceof Error &&
  'why' in error &&
  typeof error.why === 'string' &&
  'remedies' in error &&
  Array.isArray(error.remedies);

const STORES = { postgres: 'PostgreSQL', mongodb: 'MongoDB', redis: 'Redis' } as const;
const VARIABLES = { postgres: 'DATABASE_URL', mongodb: 'MONGODB_URI', redis: 'REDIS_URL' } as const;

/** An expected failure in the form of `Explained`. Null for an unexpected one. */
export function explain(error: unknown): Explained | null {
  if (isExplained(error)) return error;
  if (error instanceof ConfigInvalid) {
    const what = `The configuration has ${error.faults.length} fault${error.faults.length === 1 ? '' : 's'}.`;
    return new CommandFailed(what, error.faults.join('\n'), [
      'correct the environment, or .env; .env.example names every variable',
    ]);
  }
  if (error instanceof StoreUnavailable) {
    const why = error.cause instanceof Error ? error.cause.message : 'it does not answer';
    return new CommandFailed(`${STORES[error.store]} cannot be reached.`, why, [
      `start it, or correct ${VARIABLES[error.store]}`,
    ]);
  }
  return null;
}

const indent = (text: string): string => text.replaceAll('\n', '\n    ');

/** Text of several lines. An unexpected error includes its stack. */
export function describeFailure(error: unknown): string {
  const explained = explain(error);
  if (!explained) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `✗ The command failed in a way nobody expected, which is a defect.\n\n    ${indent(stack)}\n`;
  }
  const why = explained.why === '' ? '' : `\n\n  Why:\n    ${indent(explained.why)}`;
  const remedies = explained.remedies.map((remedy) => `\n    - ${indent(remedy)}`).join('');
  return `✗ ${explained.message}${why}${remedies === '' ? '' : `\n\n  What to do:${remedies}`}\n`;
}

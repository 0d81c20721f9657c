import { isSecretName } from '../../common/crypto/secret-names.js';

const CENSORED = '[redacted]';
const MAX_DEPTH = 6;

/** A copy of a log entry in which the value of every field with a secret's name is hidden. */
export function redact(value: Record<string, unknown>): Record<string, unknown> {
  return redactFields(value, 0);
}

function redactFields(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    shown[name] = isSecretName(name) ? CENSORED : redactValue(fields[name], depth + 1);
  }
  return shown;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (depth > MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, depth + 1));
  return redactFields(value as Record<string, unknown>, depth);
}

/** Without its other fields, because drivers put statements' parameters there, which may be personal or secret. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: withoutParameters(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: withoutParameters(error.stack ?? ''),
    ...(error.cause instanceof Error && depth < MAX_DEPTH
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

/** Drizzle appends the parameters of a failed query to its message, up to the first line of the stack. */
const withoutParameters = (text: string): string =>
  text.replace(/^params: [\s\S]*?(?=^\s+at |(?![\s\S]))/m, `params: ${CENSORED}\n`).trimEnd();

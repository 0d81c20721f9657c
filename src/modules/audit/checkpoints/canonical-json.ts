import { inspect } from 'node:util';

/**
 * The canonical form of a JSON value (RFC 8785, JCS). Equal values give equal texts, in whatever order their members
 * are stored. A value that is not JSON (a date or an identifier of BSON, written by another program) gives a text that
 * no JSON value has.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isPlainObject(value)) {
    // The default order is that of UTF-16 code units, which section 3.2.3 requires.
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
  }
  return `!${inspect(value, { depth: 10, breakLength: Infinity })}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

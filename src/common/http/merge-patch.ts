/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies a merge patch to a value (RFC 7396, section 2). A null removes a member, an object is merged into the
 * existing one, and anything else replaces the value. Neither argument is changed. Of a typed record the result is
 * unknown, because the patch may set any member to anything: parse it.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json;
export function mergePatch(target: unknown, patch: unknown): unknown;
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const members = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) members.delete(name);
    else members.set(name, mergePatch(members.get(name), change));
  }
  // `Object.fromEntries` defines members, so that one named `__proto__` is an ordinary member.
  return Object.fromEntries(members);
}

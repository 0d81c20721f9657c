import type { CacheValue } from './cache-entry.js';

const parsed = new WeakMap<CacheValue, unknown>();

/** JSON as a cache value. A null is not kept, because a client can ask for any number of records that do not exist. */
export function toJson(data: unknown): CacheValue {
  const body = Buffer.from(JSON.stringify(data ?? null));
  const value = { body, status: 200, headers: {}, etag: null, source: 'json' };
  return data == null ? { ...value, ttlMs: 0 } : value;
}

/** The value of `toJson`, parsed once and frozen: it is shared by every read that it answers. */
export function fromJson<T>(value: CacheValue): T {
  const known = parsed.get(value);
  if (known !== undefined) return known as T;
  const fresh: unknown = freeze(JSON.parse(value.body.toString('utf8')));
  if (fresh !== null) parsed.set(value, fresh);
  return fresh as T;
}

function freeze(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  for (const member of Object.values(data)) freeze(member);
  return Object.freeze(data);
}

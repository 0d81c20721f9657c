import { partsOf } from '../../config/connections/connection-text.js';

/** The three stores, by the names that `stores.json` uses. */
export const STORE_NAMES = ['postgres', 'mongodb', 'redis'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

/** The canonical variable of each store. */
export const URL_VARIABLES = {
  postgres: 'DATABASE_URL',
  mongodb: 'MONGODB_URI',
  redis: 'REDIS_URL',
} as const satisfies Record<StoreName, string>;

/**
 * Where a store is. `kind` is `url` if the environment gives it (its `url` then lacks the password), the program's
 * name if we started it, `in-process` if there is no Redis, and `none` if it was not requested.
 */
export interface StoreEntry {
  kind: string;
  url: string | null;
  pid: number | null;
}

export type StoreEntries = Record<StoreName, StoreEntry>;

const SCHEMES = ['postgres', 'postgresql', 'mongodb', 'mongodb+srv', 'redis', 'rediss'];

/** A URL that may be shown: `user:password@` becomes `user@`. */
export function withoutPassword(url: string): string {
  const { scheme, user, password, place } = partsOf(url, SCHEMES);
  const login = user === null && password === null ? '' : `${encodeURIComponent(user ?? '')}@`;
  return `${scheme}://${login}${place.replace(/([?&]password=)[^&]*/gi, '$1')}`;
}

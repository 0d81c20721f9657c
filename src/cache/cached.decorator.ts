import { Reflector } from '@nestjs/core';

/**
 * How a GET route is cached. `resource` names the tag: `o:{org}:{resource}` for a list, and
 * `o:{org}:{resource}:{id}` for a route with an `:id` parameter. The key always holds the principal's scope.
 */
export interface CachedRoute {
  resource: string;
  /** Where a miss is read from: the value of `X-Data-Source`, unless the handler sets another one. */
  source: 'postgres' | 'mongodb';
  /** Default: `CACHE_TTL`. */
  ttlMs?: number;
  /** How long after its expiry an answer may still be served while its store is down. Default one hour. */
  graceMs?: number;
  /** The ids of its records are numbers, not UUIDs. */
  numbered?: true;
  /** The path parameter that names the record. Default `id`. */
  idParam?: string;
  /** Further tags, relative to the organisation (`users:{id}`), derived from the request and its principal. */
  tags?: (request: { params: Readonly<Record<string, string>>; userId: string }) => readonly string[];
  /** Full tags of data that belongs to no organisation and is changed for all of them at once. */
  sharedTags?: readonly string[];
}

/** The one line that a GET route needs: `@Cached({ resource: 'users', source: 'postgres' })`. */
export const Cached = Reflector.createDecorator<CachedRoute>();

export interface UncachedRoute {
  because: string;
  /** The value of `X-Data-Source`, on a route that reads records. */
  source: 'postgres' | 'mongodb';
}

/** The alternative to `@Cached()`: a GET route that is never cached, and why. */
export const NoCache = Reflector.createDecorator<string | UncachedRoute>();

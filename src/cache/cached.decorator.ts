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
  /** How long past its time an answer may still be given while its store is down. Default one hour. */
  graceMs?: number;
  /** The path parameter that names the record. Default `id`. */
  idParam?: string;
  /** Further tags, relative to the organisation (`users:{id}`), from what the request and its principal say. */
  tags?: (request: { params: Readonly<Record<string, string>>; userId: string }) => readonly string[];
  /** Full tags of what belongs to no organisation, and is changed for all of them at once. */
  sharedTags?: readonly string[];
}

/** The one line that a GET route needs: `@Cached({ resource: 'users', source: 'postgres' })`. */
export const Cached = Reflector.createDecorator<CachedRoute>();

export interface UncachedRoute {
  because: string;
  /** The value of `X-Data-Source`, on a route that reads records. */
  source: 'postgres' | 'mongodb';
}

/** The other one: a GET route that is never cached, and why. */
export const NoCache = Reflector.createDecorator<string | UncachedRoute>();

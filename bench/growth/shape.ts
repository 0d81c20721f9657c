import { encodeCursor } from '../../src/common/http/page.js';
import type { Ground } from './ground.js';

/** One read of a route. */
export interface Read {
  /** As the OpenAPI document writes it: `GET /api/v1/users/{id}`. */
  route: string;
  /** `first page`, `middle page`, `detail`, or the filter. */
  what: string;
  /** A path of the service, or work that no route has. */
  from: string | (() => Promise<unknown>);
  /** What the answer has to show, if it is a list. */
  finds: 'items' | 'nothing' | 'any';
}

/** A table or collection with the routes that read it. */
export interface Shape {
  name: string;
  /** The number of rows at which the cost may be 1.5 times that of the small number. */
  large: number;
  /** Adds the `[from, to)` newest rows. */
  fill: (ground: Ground, range: readonly [number, number]) => Promise<void>;
  /** The reads once there are `size` rows. */
  reads: (ground: Ground, size: number) => readonly Read[];
}

export const LARGE = 300_000;
export const LARGEST = 1_000_000;

const PREFIX = '/api/v1/';

const pathOf = (route: string, query: string): string => (query === '' ? route : `${route}?${query}`);

export interface ListReads {
  /** The position in the middle. */
  middle: readonly string[];
  /** Queries that find at least one row. */
  filters?: readonly string[];
  /** Queries that find none. */
  nothing?: readonly string[];
}

/** The reads of a list: the first page, one in the middle, and each filter. */
export function list(resource: string, { middle, filters = [], nothing = [] }: ListReads): Read[] {
  const route = PREFIX + resource;
  const read = (what: string, query: string, finds: Read['finds']): Read => ({
    ...{ route: `GET ${route}`, what, from: pathOf(route, query), finds },
  });
  return [
    read('first page', '', 'items'),
    read('middle page', `cursor=${encodeCursor(middle)}`, 'items'),
    ...filters.map((query) => read(named(query), query, 'items')),
    ...nothing.map((query) => read(`${named(query)} (nothing)`, query, 'nothing')),
  ];
}

/** An id says nothing to people. */
const named = (query: string): string => decodeURIComponent(query).replaceAll(/[0-9a-f-]{36}/g, '…');

/** The read of one row. `route` names the parameters that `path` fills in. */
export const detail = (route: string, path: string, what = 'detail'): Read => ({
  ...{ route: `GET ${PREFIX}${route}`, what, from: PREFIX + path, finds: 'any' },
});

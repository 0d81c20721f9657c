import type { Operation, PlacedOperation, Schema } from '../../../src/ops/openapi/openapi-types.js';
import type { FaultRun } from '../fault-run.js';
import { bodyWith, placesOf, wholeBodies } from './hostile-bodies.js';
import { HOSTILE_CURSORS, HOSTILE_HEADERS, HOSTILE_PARTS, HOSTILE_VALUES } from './hostile-values.js';

export interface HostileRequest {
  what: string;
  url: string;
  payload?: string | Buffer;
  headers: Readonly<Record<string, string>>;
}

/** One operation and a valid request for it. Hostile requests differ from it in one thing. */
export interface Target extends PlacedOperation {
  /** Encoded as in the address, in the order of the path. */
  ids: readonly string[];
  query: string;
  headers: Readonly<Record<string, string>>;
  /** Undefined if the operation takes no body. */
  body: unknown;
  schemas: Readonly<Record<string, Schema>>;
}

const READ_HEADERS = [
  'if-none-match',
  'x-organization-id',
  'x-request-id',
  'x-api-key',
  'authorization',
  'accept',
];
const WRITE_HEADERS = ['if-match', 'idempotency-key', 'x-organization-id', 'x-request-id', 'authorization'];

/** How many of each kind one operation gets. */
const SIZES = { values: [8, 400], parts: [4, 40], headers: [5, 200], wholes: [6, 40] } as const;

/** A random selection in random order, or all of them if there are no more. */
function some<T>(run: FaultRun, of: readonly T[], [small, full]: readonly [number, number]): T[] {
  const shuffled = of.map((item) => [run.random(), item] as const).toSorted(([a], [b]) => a - b);
  return shuffled.slice(0, run.size(small, full)).map(([, item]) => item);
}

export function hostileRequests(run: FaultRun, target: Target): HostileRequest[] {
  return [
    ...some(run, [...inPaths(target)], SIZES.parts),
    ...some(run, [...inQueries(target)], SIZES.parts),
    ...some(run, [...inHeaders(target)], SIZES.headers),
    ...(target.body === undefined ? [] : inBodies(run, target)),
  ];
}

export const pathOf = ({ path }: Target, ids: readonly string[]): string => {
  const left = [...ids];
  return path.replaceAll(/\{\w+\}/g, () => left.shift() ?? '');
};

const rightBody = ({ body }: Target): Pick<HostileRequest, 'payload' | 'headers'> =>
  body === undefined
    ? { headers: {} }
    : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };

function* inPaths(target: Target): Generator<HostileRequest> {
  for (const place of target.ids.keys())
    for (const part of HOSTILE_PARTS) {
      const ids = target.ids.map((id, index) => (index === place ? part : id));
      const url = pathOf(target, ids) + target.query;
      yield { what: `the path ${url.slice(0, 80)}`, url, ...rightBody(target) };
    }
}

const queryNames = ({ parameters = [] }: Operation): string[] =>
  parameters.flatMap((parameter) => ('in' in parameter && parameter.in === 'query' ? [parameter.name] : []));

function* inQueries(target: Target): Generator<HostileRequest> {
  const path = pathOf(target, target.ids);
  const with_ = (query: string): HostileRequest => ({
    what: `the query ${query.slice(0, 80)}`,
    url: `${path}${target.query === '' ? '?' : `${target.query}&`}${query}`,
    ...rightBody(target),
  });
  for (const name of queryNames(target.operation)) {
    const values = name === 'cursor' ? HOSTILE_CURSORS : HOSTILE_PARTS;
    for (const value of values) yield with_(`${name}=${value}`);
    for (const suffix of ['[$ne]=1', '[]=1&', '=1&', '.$gt=', '%00=1'])
      yield with_(`${name}${suffix}${name}=2`);
  }
  for (const query of [
    '__proto__[isPolluted]=1',
    'constructor.prototype.isPolluted=1',
    '$where=1',
    '%',
    '=',
    '&&&',
  ])
    yield with_(query);
}

function* inHeaders(target: Target): Generator<HostileRequest> {
  for (const name of target.method === 'get' ? READ_HEADERS : WRITE_HEADERS)
    for (const value of HOSTILE_HEADERS) {
      const { payload, headers } = rightBody(target);
      yield {
        what: `the header ${name}: ${value.slice(0, 60)}`,
        url: pathOf(target, target.ids) + target.query,
        ...(payload === undefined ? {} : { payload }),
        headers: { ...headers, [name]: value },
      };
    }
}

function inBodies(run: FaultRun, target: Target): HostileRequest[] {
  const url = pathOf(target, target.ids) + target.query;
  const places = placesOf(target.body, membersOf(target));
  const values = places.flatMap((place) => HOSTILE_VALUES.map((json) => bodyWith(place, json)));
  // At least one for each place.
  const each = places.map((place) =>
    bodyWith(place, HOSTILE_VALUES[run.between(0, HOSTILE_VALUES.length - 1)] ?? 'null'),
  );
  return [
    ...each,
    ...some(run, values, SIZES.values),
    ...some(run, wholeBodies(JSON.stringify(target.body)), SIZES.wholes),
  ].map((body) => ({ ...body, url }));
}

/** The members that the schema of the body names. */
export function membersOf({
  operation: { requestBody },
  schemas,
}: Pick<Target, 'operation' | 'schemas'>): string[] {
  if (!requestBody || '$ref' in requestBody) return [];
  const of = (schema: Schema | undefined, depth: number): string[] => {
    if (!schema || depth > 4) return [];
    if ('$ref' in schema) return of(schemas[schema.$ref.split('/').at(-1) ?? ''], depth + 1);
    const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return [...Object.keys(schema.properties ?? {}), ...parts.flatMap((part) => of(part, depth + 1))];
  };
  return [...new Set(of(requestBody.content['application/json']?.schema, 0))];
}

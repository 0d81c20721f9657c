import { gzipSync } from 'node:zlib';

const MARK = '@@HOSTILE@@';
const MIB = 1_048_576;

export interface HostileBody {
  what: string;
  payload: string | Buffer;
  headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const GZIP = { ...JSON_TYPE, 'content-encoding': 'gzip' };

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every place of a body, each with a copy of the body that has a mark there: the body itself, its members and theirs.
 */
function* marked(body: Json, at = ''): Generator<[string, Json]> {
  yield [at, MARK];
  if (Array.isArray(body)) {
    for (const [index, item] of body.entries())
      for (const [path, changed] of marked(item as Json, `${at}/${index}`))
        yield [path, body.map((other, place) => (place === index ? changed : (other as Json)))];
  } else if (isObject(body)) {
    for (const [name, item] of Object.entries(body))
      for (const [path, changed] of marked(item, `${at}/${name}`)) yield [path, { ...body, [name]: changed }];
  }
}

/** A place for a hostile value. */
export interface Place {
  path: string;
  withValue: (json: string) => string;
}

/** Every place of a valid body, and the members that its schema names in addition. */
export function placesOf(body: unknown, members: readonly string[]): Place[] {
  const given = body as Json;
  const places = new Map(marked(given));
  if (isObject(given))
    for (const name of members) if (!(name in given)) places.set(`/${name}`, { ...given, [name]: MARK });
  return [...places].map(([path, changed]) => ({
    path,
    withValue: (json) => JSON.stringify(changed).replace(`"${MARK}"`, () => json),
  }));
}

export const bodyWith = ({ path, withValue }: Place, json: string): HostileBody => ({
  what: `${path || '/'} = ${json.slice(0, 60)}`,
  payload: withValue(json),
  headers: JSON_TYPE,
});

const filled = (unit: string): string => unit.repeat(Math.floor(MIB / unit.length));
const BOMB = gzipSync(Buffer.alloc(100 * MIB, 0x20));
const ZIPPED_BRACKETS = gzipSync('['.repeat(MIB));

/** Bodies that are hostile as a whole. `valid` is one that the route accepts. */
export const wholeBodies = (valid: string): HostileBody[] => [
  ...['{', '[', '"', 'nul', '{"a":1}}', `${valid}\0`, `\ufeff${valid}`, "{'a':1}", '{"a":NaN}', '\0'].map(
    (payload) => ({ what: `no JSON: ${payload.slice(0, 20)}`, payload, headers: JSON_TYPE }),
  ),
  ...['__proto__', 'constructor', '$where', '$set', 'a\\u0000b', '\\ud800', ''].map((name) => ({
    what: `a member called ${name}`,
    payload: valid.replace('{', `{"${name}":{"isPolluted":true}${valid === '{}' ? '' : ','}`),
    headers: JSON_TYPE,
  })),
  { what: 'a member twice', payload: valid.replace('{', '{"a":1,"a":2,'), headers: JSON_TYPE },
  { what: 'brackets', payload: filled('['), headers: JSON_TYPE },
  { what: 'braces', payload: filled('{"a":'), headers: JSON_TYPE },
  { what: 'one long text', payload: `"${'x'.repeat(MIB - 2)}"`, headers: JSON_TYPE },
  { what: 'too many bytes', payload: ' '.repeat(MIB + 1), headers: JSON_TYPE },
  { what: 'no UTF-8', payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), headers: JSON_TYPE },
  { what: 'UTF-16', payload: Buffer.from(valid, 'utf16le'), headers: JSON_TYPE },
  { what: 'a bomb', payload: BOMB, headers: GZIP },
  { what: 'zipped brackets', payload: ZIPPED_BRACKETS, headers: GZIP },
  { what: 'no gzip', payload: valid, headers: GZIP },
  { what: 'half of a gzip', payload: gzipSync(valid).subarray(0, -9), headers: GZIP },
  { what: 'two codings', payload: valid, headers: { ...JSON_TYPE, 'content-encoding': 'gzip, br' } },
  {
    what: 'XML',
    payload: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    headers: { 'content-type': 'application/xml' },
  },
  {
    what: 'a form',
    payload: 'a[$ne]=1&__proto__[x]=1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  {
    what: 'another type',
    payload: valid,
    headers: { 'content-type': `application/json;charset=${'a'.repeat(2_000)}` },
  },
];

import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 5;
const FORMATS: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  uuid: () => fc.uuid(),
  email: () => fc.emailAddress(),
  uri: () => fc.webUrl(),
  date: () => fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  'date-time': () => fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

/**
 * Values that a JSON schema of the OpenAPI document allows, and some that it does not allow, because refusals are
 * documented too.
 */
export const arbitraryOf = (schema: unknown, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 19, arbitrary: allowed(schema as Schema, schemas, depth) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

function allowed(schema: Schema | undefined, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  if (!schema || depth > MAX_DEPTH) return fc.jsonValue({ maxDepth: 1 });
  if (typeof schema['$ref'] === 'string')
    return allowed(schemas[schema['$ref'].split('/').at(-1) ?? ''] as Schema, schemas, depth);
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices))
    return fc.oneof(...choices.map((choice) => allowed(choice as Schema, schemas, depth + 1)));
  if (Array.isArray(schema['allOf']))
    return fc
      .tuple(...schema['allOf'].map((part) => allowed(part as Schema, schemas, depth + 1)))
      .map((parts) => Object.assign({}, ...(parts as object[])) as unknown);
  const types = [schema['type']].flat() as (string | undefined)[];
  return fc.oneof(...types.map((type) => ofType(type, schema, schemas, depth)));
}

function ofType(
  type: string | undefined,
  schema: Schema,
  schemas: Schemas,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ ...bounds(schema, 2 ** 31 - 1) });
    case 'number':
      return fc.oneof(fc.integer(bounds(schema, 1e9)), fc.double({ ...bounds(schema, 1e9), noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema['items'], schemas, depth + 1), {
        minLength: Math.min(numberOf(schema['minItems'], 0), 5),
        maxLength: Math.min(numberOf(schema['maxItems'], 4), 5),
      });
    case 'object':
      return object(schema, schemas, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

const bounds = (schema: Schema, wide: number): { min: number; max: number } => ({
  min: Math.max(numberOf(schema['minimum'], -wide), -wide),
  max: Math.min(numberOf(schema['maximum'], wide), wide),
});

function text(schema: Schema): fc.Arbitrary<unknown> {
  const { format, pattern } = schema;
  if (typeof format === 'string' && FORMATS[format]) return FORMATS[format]();
  const length = {
    minLength: Math.min(numberOf(schema['minLength'], 0), 40),
    maxLength: Math.min(numberOf(schema['maxLength'], 40), 60),
  };
  const free = fc.oneof(fc.string({ ...length, unit: 'grapheme' }), fc.string({ ...length, unit: 'binary' }));
  if (typeof pattern !== 'string') return free;
  try {
    return fc.oneof(
      { weight: 4, arbitrary: fc.stringMatching(new RegExp(pattern, 'u')) },
      { weight: 1, arbitrary: free },
    );
  } catch (error) {
    // For example a look-ahead, which the generator does not support.
    if (error instanceof Error) return free;
    throw error;
  }
}

function object(schema: Schema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema['properties'] ?? {}) as Schemas;
  const required = (schema['required'] ?? []) as string[];
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, arbitraryOf(member, schemas, depth + 1)]),
  );
  const known = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
  const others = schema['additionalProperties'];
  if (typeof others !== 'object' && Object.keys(members).length > 0) return known;
  return fc
    .tuple(
      known,
      fc.dictionary(fc.string({ maxLength: 12 }), arbitraryOf(others, schemas, depth + 1), { maxKeys: 3 }),
    )
    .map(([one, other]) => ({ ...other, ...one }));
}

import type { Components, Schema } from './openapi-types.js';

type Schemas = NonNullable<Components['schemas']>;
type SchemaObject = Exclude<Schema, { $ref: string }>;

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  'date-time': '2026-11-21T09:30:00.000Z',
  date: '2026-11-21',
  email: 'admin@example.com',
  uri: 'https://example.com/',
};

const resolve = (schema: Schema, schemas: Schemas): SchemaObject | null => {
  if (!('$ref' in schema)) return schema;
  const target = schemas[schema.$ref.slice('#/components/schemas/'.length)];
  return target ? resolve(target, schemas) : null;
};

/** The example in the schema itself. Undefined if it has none. */
export function declaredExample(schema: Schema, schemas: Schemas): unknown {
  const resolved = resolve(schema, schemas);
  if (!resolved) return undefined;
  const examples: unknown = resolved.examples;
  return (Array.isArray(examples) ? (examples as unknown[])[0] : undefined) ?? (resolved.example as unknown);
}

/** An example of a value: the one that its schema declares, or one that is built from its properties. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  const declared = declaredExample(schema, schemas);
  if (declared !== undefined) return declared;
  const resolved = resolve(schema, schemas);
  if (!resolved) return null;
  if ('const' in resolved) return resolved.const;
  if (resolved.default !== undefined) return resolved.default as unknown;
  if (resolved.enum) return resolved.enum[0] as unknown;
  const alternative = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])];
  // For a nullable field the example is null, which is always valid.
  if (alternative.some((one) => 'type' in one && String(one.type) === 'null')) return null;
  if (Array.isArray(resolved.type) && (resolved.type as unknown[]).includes('null')) return null;
  if (alternative[0]) return exampleOf(alternative[0], schemas);
  if (resolved.properties) {
    return Object.fromEntries(
      Object.entries(resolved.properties).map(([name, property]) => [name, exampleOf(property, schemas)]),
    );
  }
  return exampleOfType(resolved, schemas);
}

function exampleOfType(schema: SchemaObject, schemas: Schemas): unknown {
  switch (schema.type) {
    case 'array':
      return schema.items ? [exampleOf(schema.items as Schema, schemas)] : [];
    case 'string':
      return BY_FORMAT[schema.format ?? ''] ?? 'text';
    case 'integer':
    case 'number':
      return Math.min(Math.max(schema.minimum ?? 1, 1), schema.maximum ?? 1);
    case 'boolean':
      return true;
    default:
      return {};
  }
}

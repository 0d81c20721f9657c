import { type Components, operationsOf, type PlacedOperation, type Schema } from './openapi-types.js';
import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<Components['schemas']>;

/**
 * Adds links from the answer of a creation to every operation of the created record, so that tools can follow them.
 * Only if the answer contains the last parameter of the record's path.
 */
export function addLinks(document: OpenAPIObject): void {
  const operations = operationsOf(document);
  const schemas = document.components?.schemas ?? {};
  for (const creation of operations) {
    const created = creation.operation.responses[201];
    if (creation.method !== 'post' || !created || '$ref' in created) continue;
    const schema = created.content?.['application/json']?.schema;
    for (const { path, operation } of operations) {
      const [, parameter] = /^\{(\w+)\}$/.exec(path.slice(creation.path.length + 1)) ?? [];
      const id = operation.operationId;
      if (!path.startsWith(`${creation.path}/`) || !parameter || !id || !has(schema, parameter, schemas))
        continue;
      created.links = {
        ...created.links,
        [id]: {
          operationId: id,
          parameters: { ...inherited(creation), [parameter]: `$response.body#/${parameter}` },
        },
      };
    }
  }
}

/** The parameters of the path under which the record was created. */
const inherited = ({ path }: PlacedOperation): Record<string, string> =>
  Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, `$request.path.${name}`]),
  );

function has(schema: Schema | undefined, property: string, schemas: Schemas): boolean {
  if (!schema) return false;
  if ('$ref' in schema) return has(schemas[schema.$ref.split('/').at(-1) ?? ''], property, schemas);
  return schema.properties?.[property] !== undefined;
}

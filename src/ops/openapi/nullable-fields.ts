import type { INestApplicationContext } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

import { controllersOf, handlersOf } from './route-facts.js';

/** `swagger/apiResponse` of a handler: by status, with the class of the body. */
const declaredResponses = z.record(z.string(), z.looseObject({ type: z.unknown() })).catch({});
const dtoClass = z.custom<DtoClass>(
  (value) => typeof value === 'function' && '_OPENAPI_METADATA_FACTORY' in value,
);

interface DtoClass {
  name: string;
  /** The Zod schema. `Output` returns a new class each time, with the same schema. */
  schema: unknown;
  /** The properties as JSON Schema, which `@nestjs/swagger` converts into its own form. */
  _OPENAPI_METADATA_FACTORY: () => Record<string, { type?: unknown }>;
}

/** The classes of every request body and answer. */
function dtosOf(app: INestApplicationContext): DtoClass[] {
  const dtos = new Set<DtoClass>();
  for (const { prototype } of controllersOf(app)) {
    for (const [name, handler] of handlersOf(prototype)) {
      const parameters: unknown = Reflect.getMetadata('design:paramtypes', prototype, name);
      const responses = declaredResponses.parse(Reflect.getMetadata('swagger/apiResponse', handler));
      const types = [parameters, Object.values(responses).map(({ type }) => type)].flat(2);
      for (const type of types) {
        const dto = dtoClass.safeParse(type);
        if (dto.success) dtos.add(dto.data);
      }
    }
  }
  return [...dtos];
}

/** Two classes with one name would share a schema, which is wrong for one of them. */
function assertDistinct(dtos: readonly DtoClass[]): void {
  const schemas = new Map<string, unknown>();
  for (const { name, schema } of dtos) {
    if ((schemas.get(name) ?? schema) !== schema)
      throw new Error(`OpenAPI: two DTO classes are called ${name}; rename one of them`);
    schemas.set(name, schema);
  }
}

/**
 * Restores the type of nullable fields. `@nestjs/swagger` takes the JSON Schema `{type: ['string', 'null']}` of a
 * property for a list of strings, because its own decorators denote an array by a list of one class. Throws if two
 * classes have one name.
 */
export function restoreNullableFields(app: INestApplicationContext, document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  const dtos = dtosOf(app);
  assertDistinct(dtos.filter(({ name }) => Object.hasOwn(schemas, name)));
  for (const dto of dtos) {
    const schema = schemas[dto.name];
    if (!schema || '$ref' in schema || !schema.properties) continue;
    for (const [name, { type }] of Object.entries(dto._OPENAPI_METADATA_FACTORY())) {
      const property = schema.properties[name];
      if (!Array.isArray(type) || !type.includes('null') || !property || '$ref' in property) continue;
      const { items, ...rest } = property;
      schema.properties[name] = { ...rest, ...items, type: type as unknown as string };
    }
  }
}

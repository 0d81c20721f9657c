import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

import type { FieldError } from '../errors/domain-error.js';
import { Invalid, Malformed } from '../errors/kinds.js';

interface ZodDto {
  schema: z.ZodType;
  /** Fields that are kept unchanged, whatever text they contain, because their own schema checks them. */
  opaque?: readonly string[];
}

const isZodDto = (metatype: unknown): metatype is ZodDto =>
  typeof metatype === 'function' && 'schema' in metatype && typeof metatype.schema === 'object';

const parsedQueries = new WeakSet<object>();

/** Marks a query that has the form which parsing gave it: it is not parsed again, because `true` is no longer `'true'`. */
export function asParsed<T extends object>(query: T): T {
  parsedQueries.add(query);
  return query;
}

/**
 * Parses every argument whose type is a Zod DTO. Answers 400 for parameters and 422 for a body, with the path of each
 * fault. No text may contain a null character, which PostgreSQL cannot store.
 */
@Injectable()
export class ContractPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!isZodDto(metatype)) return value;
    if (typeof value === 'object' && value !== null && parsedQueries.has(value)) return value;
    const parsed = metatype.schema.safeParse(value ?? {}, { error: requiredWhereAbsent });
    const errors = parsed.success
      ? nullCharactersIn(parsed.data, metatype.opaque ?? [])
      : parsed.error.issues.flatMap(toFieldErrors);
    if (parsed.success && errors.length === 0) return parsed.data;
    if (type === 'body') throw new Invalid(errors);
    throw new Malformed('The request has an unknown or malformed parameter.', { errors });
  }
}

/** Parses a body that is known only inside a handler: a resource with a merge patch applied. Throws `Invalid`. */
export function parseBody<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value, { error: requiredWhereAbsent });
  if (!parsed.success) throw new Invalid(parsed.error.issues.flatMap(toFieldErrors));
  const errors = nullCharactersIn(parsed.data, []);
  if (errors.length > 0) throw new Invalid(errors);
  return parsed.data;
}

const requiredWhereAbsent = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : undefined;

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      code: 'unknown',
      message: 'There is no such field.',
    }));
  }
  return [{ path: path.join('.'), code: issue.code, message: issue.message }];
}

function nullCharactersIn(value: unknown, opaque: readonly string[], path = ''): FieldError[] {
  if (typeof value === 'string') {
    return value.includes('\0')
      ? [{ path, code: 'invalid_format', message: 'must not hold a null character' }]
      : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !opaque.includes(name))
    .flatMap(([name, member]) => nullCharactersIn(member, [], path === '' ? name : `${path}.${name}`));
}

import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

import type { FieldError } from '../errors/domain-error.js';
import { Invalid, Malformed } from '../errors/kinds.js';

interface ZodDto {
  schema: z.ZodType;
}

const isZodDto = (metatype: unknown): metatype is ZodDto =>
  typeof metatype === 'function' && 'schema' in metatype && typeof metatype.schema === 'object';

/** Parses every argument whose type is a Zod DTO: 400 for parameters, 422 for a body; each fault by its path. */
@Injectable()
export class ContractPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!isZodDto(metatype)) return value;
    const parsed = metatype.schema.safeParse(value ?? {}, { error: requiredWhereAbsent });
    if (parsed.success) return parsed.data;
    const errors = parsed.error.issues.flatMap(toFieldErrors);
    if (type === 'body') throw new Invalid(errors);
    throw new Malformed('The request has an unknown or malformed parameter.', { errors });
  }
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

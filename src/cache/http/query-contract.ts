import { RouteParamtypes, ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { ContractPipe } from '../../common/http/contract.pipe.js';

interface RouteArgument {
  index: number;
  data?: unknown;
}

const pipe = new ContractPipe();

/** Imitates a DTO for `ContractPipe`: a function with the schema that it accepts. */
const dtoOf = (schema: z.ZodType) => Object.assign(() => undefined, { schema });

const NO_QUERY = dtoOf(z.strictObject({}));
/** For a foreign client's parameters: the route reads none of them, so they are no part of a key. */
const ANY_QUERY = dtoOf(z.object({}));

/**
 * The query parameters that a route declares. An undeclared parameter is refused before a key is made. On a route with
 * a foreign contract it is left out of the key instead.
 */
export class QueryContract {
  private constructor(
    private readonly dto: unknown,
    private readonly isFixed: boolean,
    /** False: the route accepts any parameter, so the number of its keys has no bound. */
    readonly isBounded: boolean,
  ) {}

  /** From the handler's `@Query()` arguments: one Zod DTO, single names, or none. */
  static of(controller: object, method: string, { isForeign }: { isForeign: boolean }): QueryContract {
    const declared = queryArgumentsOf(controller, method);
    if (declared.length === 0) return new QueryContract(isForeign ? ANY_QUERY : NO_QUERY, true, true);
    const whole = declared.find(({ name }) => name === null);
    if (whole) return new QueryContract(whole.type, false, isZodDto(whole.type));
    const names = declared.map(({ name }) => [String(name), z.unknown().optional()]);
    const known = Object.fromEntries(names) as z.ZodRawShape;
    return new QueryContract(dtoOf(isForeign ? z.object(known) : z.strictObject(known)), false, true);
  }

  /**
   * The query of the request in one normal form with defaults filled in, so that equal queries give equal texts. A replay
   * gives the handler this form, so a query parameter must be parsed to a value of JSON.
   * Throws `Malformed` with each fault, as the handler's own pipe would.
   */
  normalise(request: FastifyRequest): string {
    if (this.isFixed && !request.url.includes('?')) return '';
    const parsed = pipe.transform(request.query, { type: 'query', metatype: this.dto as never });
    return isRecord(parsed) ? JSON.stringify(sorted(parsed)) : '';
  }
}

/** The `@Query()` arguments of a handler with their names (null: the whole query) and declared types. */
function queryArgumentsOf(controller: object, method: string): { name: string | null; type: unknown }[] {
  const metadata: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method);
  const types: unknown = Reflect.getMetadata('design:paramtypes', prototypeOf(controller), method);
  if (!isRecord(metadata)) return [];
  return Object.entries(metadata)
    .filter(([key]) => key.startsWith(`${RouteParamtypes.QUERY}:`))
    .map(([, argument]) => argument as RouteArgument)
    .map(({ index, data }) => ({
      name: typeof data === 'string' ? data : null,
      type: Array.isArray(types) ? (types[index] as unknown) : undefined,
    }));
}

const prototypeOf = (controller: object): object =>
  'prototype' in controller && isRecord(controller.prototype) ? controller.prototype : controller;

const isZodDto = (type: unknown): boolean =>
  typeof type === 'function' && 'schema' in type && typeof type.schema === 'object';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const sorted = (query: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));

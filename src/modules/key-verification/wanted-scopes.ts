import { z } from 'zod';

import { scope } from '../api-keys/api-keys.dto.js';

/** A scope, or all of several, or any of several. */
export type WantedScope = string | { all: readonly WantedScope[] } | { any: readonly WantedScope[] };

const MAX_SCOPES = 50;
const LEVELS = 3;

type WantedSchema = z.ZodType<WantedScope>;

/** Of a fixed depth, so that the OpenAPI document can describe it. */
function nested(levels: number): WantedSchema {
  if (levels === 0) return scope;
  const within = z
    .array(nested(levels - 1))
    .min(1)
    .max(MAX_SCOPES);
  return z.union([scope, z.strictObject({ all: within }), z.strictObject({ any: within })]);
}

export const wantedScopes = z
  .union([
    z.array(scope).max(MAX_SCOPES),
    z.strictObject({ all: z.array(nested(LEVELS)).min(1).max(MAX_SCOPES) }),
    z.strictObject({ any: z.array(nested(LEVELS)).min(1).max(MAX_SCOPES) }),
  ])
  .describe('A list: all of them. `{all: […]}` and `{any: […]}` may hold each other.');

/** Whether a requirement is met. `test` decides on single scopes. */
export function isMet(
  wanted: readonly WantedScope[] | WantedScope,
  has: (scope: string) => boolean,
): boolean {
  if (typeof wanted === 'string') return has(wanted);
  if ('any' in wanted) return wanted.any.some((one) => isMet(one, has));
  const all = 'all' in wanted ? wanted.all : wanted;
  return all.every((one) => isMet(one, has));
}

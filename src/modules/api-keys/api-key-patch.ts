import { isDeepStrictEqual } from 'node:util';

import type { z } from 'zod';

import { parseBody } from '../../common/http/contract.pipe.js';
import { type Json, type JsonObject, mergePatch } from '../../common/http/merge-patch.js';
import type { ApiKeyChanges, CountedApiKey, Credits } from './api-key.js';
import { patchedSchema, type UpdateApiKeyDto } from './api-keys.dto.js';

type Patched = z.output<typeof patchedSchema>;

/** The changes that a merge patch makes to a key. */
export interface ApiKeyPatch {
  /** The contract's names of the fields whose values change. */
  changed: string[];
  columns: ApiKeyChanges;
  /**
   * Null: credits are not counted any more. Omitted: unchanged. A balance that the patch does not name is omitted too.
   */
  credits?: Partial<Credits> | null;
}

/** A key in the form that clients patch. Empty fields are absent. */
const patchable = (key: CountedApiKey): Json =>
  withoutNulls({
    name: key.name,
    enabled: key.enabled,
    scopes: key.scopes,
    expires_at: key.expiresAt?.toISOString() ?? null,
    flag_environment: key.flagEnvironment,
    rate_limit:
      key.rateLimit === null ? null : { limit: key.rateLimit, window_seconds: key.rateWindowSeconds },
    credits:
      key.credits &&
      withoutNulls({
        remaining: key.credits.remaining,
        refill: key.credits.refill && withoutNulls({ ...key.credits.refill }),
      }),
    metadata: key.metadata,
  });

const withoutNulls = (members: Record<string, Json>): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** Throws `Invalid` if the result is not a valid key. */
export function applyPatch(key: CountedApiKey, patch: UpdateApiKeyDto): ApiKeyPatch {
  const before = parseBody(patchedSchema, patchable(key));
  const after = parseBody(patchedSchema, mergePatch(patchable(key), patch));
  const changed = Object.keys(patchedSchema.shape).filter(
    (field) => !isDeepStrictEqual(before[field as keyof Patched], after[field as keyof Patched]),
  );
  const columns = Object.assign({}, ...changed.map((field) => columnsOf(field, after))) as ApiKeyChanges;
  return changed.includes('credits')
    ? { changed, columns, credits: creditsOf(key, patch, after) }
    : { changed, columns };
}

function columnsOf(field: string, after: Patched): ApiKeyChanges {
  switch (field) {
    case 'name':
      return { name: after.name };
    case 'enabled':
      return { enabled: after.enabled };
    case 'scopes':
      return { scopes: [...new Set(after.scopes)] };
    case 'expires_at':
      return { expiresAt: after.expires_at === undefined ? null : new Date(after.expires_at) };
    case 'flag_environment':
      return { flagEnvironment: after.flag_environment ?? null };
    case 'rate_limit':
      return {
        rateLimit: after.rate_limit?.limit ?? null,
        rateWindowSeconds: after.rate_limit?.window_seconds ?? null,
      };
    case 'metadata':
      return { metadata: after.metadata as JsonObject };
    default:
      return {};
  }
}

/** Verifications spend credits meanwhile, so the balance is written only if the patch names it. */
function creditsOf(
  key: CountedApiKey,
  patch: UpdateApiKeyDto,
  { credits }: Patched,
): Partial<Credits> | null {
  if (credits === undefined) return null;
  const refill = credits.refill ? { ...credits.refill, day: credits.refill.day ?? null } : null;
  const isNamed = key.credits === null || patch.credits?.remaining !== undefined;
  return isNamed ? { remaining: credits.remaining, refill } : { refill };
}

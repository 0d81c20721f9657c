import { z } from 'zod';

export const MAX_PAYLOAD_BYTES = 32 * 1_024;
export const MAX_PAYLOAD_DEPTH = 10;

/** Names that would reach a prototype in whatever reads the payload later. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Any JSON object within bounds, stored as given. It is only ever a value of one inserted field: no part of it
 * becomes a filter, an update or a path, so keys with `$` and dots have no meaning. Refused are keys that name a
 * prototype, and null characters in keys, which BSON cannot hold.
 */
export const activityPayload = z
  .record(z.string(), z.unknown())
  .superRefine((payload, context) => {
    const fault = faultOf(payload);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .describe(`Any JSON object, up to ${MAX_PAYLOAD_BYTES / 1_024} KiB and ${MAX_PAYLOAD_DEPTH} levels deep.`);

function faultOf(payload: object): string | null {
  if (Buffer.byteLength(JSON.stringify(payload)) > MAX_PAYLOAD_BYTES)
    return `must not exceed ${MAX_PAYLOAD_BYTES} bytes`;
  return faultWithin(payload, 1);
}

function faultWithin(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_PAYLOAD_DEPTH) return `must not be nested more than ${MAX_PAYLOAD_DEPTH} levels deep`;
  for (const [key, member] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key) || key.includes('\0'))
      return `must not have a member named ${JSON.stringify(key)}`;
    const fault = faultWithin(member, depth + 1);
    if (fault) return fault;
  }
  return null;
}

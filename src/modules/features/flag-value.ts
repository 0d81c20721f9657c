import { z } from 'zod';

const MAX_VALUE_BYTES = 64 * 1_024;
const MAX_VALUE_DEPTH = 20;
/** Names that would reach a prototype in a program that reads the value later. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** Any JSON within limits, stored unchanged. No part of it becomes a filter, an update or a path. */
export const flagValue = z
  .unknown()
  .superRefine((value, context) => {
    const fault = value === undefined ? null : faultOf(value);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  })
  .describe(
    `Of the flag's type; JSON up to ${MAX_VALUE_BYTES / 1_024} KiB and ${MAX_VALUE_DEPTH} levels deep.`,
  );

function faultOf(value: unknown): string | null {
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_VALUE_BYTES)
    return `must not exceed ${MAX_VALUE_BYTES} bytes`;
  return faultWithin(value, 1);
}

function faultWithin(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_VALUE_DEPTH) return `must not be nested more than ${MAX_VALUE_DEPTH} levels deep`;
  for (const [name, member] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name) || name.includes('\0'))
      return `must not have a member named ${JSON.stringify(name)}`;
    const fault = faultWithin(member, depth + 1);
    if (fault) return fault;
  }
  return null;
}

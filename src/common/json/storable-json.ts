import { z } from 'zod';

/** The limits of a JSON field that a client fills. */
export interface StorableJsonLimits {
  bytes: number;
  depth: number;
}

interface Fault {
  path: (string | number)[];
  message: string;
}

/** Names that would reach a prototype in a program that reads the value later. */
const PROTOTYPES = new Set(['__proto__', 'constructor', 'prototype']);
/**
 * The member by which the driver marks its own classes. The driver would treat the object as one of them, or refuse to
 * send it.
 */
const DRIVER_CLASS = '_bsontype';

/**
 * Any JSON object within limits that MongoDB returns equal. It is only ever the value of one inserted field. No part
 * of it becomes a filter, an update or a path, so keys with `$` and dots have no meaning. Refused, with their path,
 * are names that reach a prototype or a class of the driver, null characters in names, which BSON cannot hold, and
 * objects that the driver reads back as a reference (`$ref` beside `$id`).
 */
export const storableJson = (limits: StorableJsonLimits) =>
  z.record(z.string(), z.unknown()).superRefine((value, context) => {
    const fault = faultOf(value, limits);
    if (fault) context.addIssue({ code: 'custom', ...fault });
  });

/** The first fault, for values that `storableJson` does not parse. Null: the value may be stored. */
export function faultOf(value: object, { bytes, depth }: StorableJsonLimits): Fault | null {
  const fault = faultWithin(value, depth);
  if (fault) return { ...fault, path: fault.path.toReversed() };
  if (Buffer.byteLength(JSON.stringify(value)) > bytes)
    return { path: [], message: `must not exceed ${bytes} bytes` };
  return null;
}

/** The path, innermost member first. */
function faultWithin(value: unknown, depth: number): Fault | null {
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return { path: [], message: 'is nested too deeply' };
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      const fault = faultWithin(member, depth - 1);
      if (fault) return { ...fault, path: [...fault.path, index] };
    }
    return null;
  }
  for (const [key, member] of Object.entries(value)) {
    if (isRefused(key)) return { path: [key], message: 'a member may not have this name' };
    const fault = faultWithin(member, depth - 1);
    if (fault) return { ...fault, path: [...fault.path, key] };
  }
  return isReference(value) ? { path: ['$ref'], message: 'may not stand beside $id' } : null;
}

const isRefused = (key: string): boolean => PROTOTYPES.has(key) || key === DRIVER_CLASS || key.includes('\0');

const isReference = (value: object): boolean =>
  '$ref' in value && typeof value.$ref === 'string' && '$id' in value && value.$id !== null;

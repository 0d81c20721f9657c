import { createHash } from 'node:crypto';

import { canonicalJson } from './canonical-json.js';

/** Id 16, `occurred_at` 8, `recorded_at` 8, digest of the rest 32. */
export const LEAF_BYTES = 64;

/**
 * The fields that never change. `user_email` is not covered, because it follows its account and is erased with it.
 * Unknown fields are not covered either.
 */
export const COVERED_FIELDS = [
  '_id',
  'organization_id',
  'event_type',
  'user_id',
  'actor_id',
  'api_key_id',
  'resource_type',
  'resource_id',
  'payload',
  'source',
] as const;

/** An entry as MongoDB has it, or as it has to be. A field may have any type. */
export type EntryDocument = Readonly<Record<string, unknown>>;

/** The sealed values of one entry. */
export interface Leaf {
  id: string;
  /** Unix time in milliseconds; NaN where the field is no date. */
  occurredAtMs: number;
  recordedAtMs: number;
  /** SHA-256 of the covered fields except the times. */
  content: Buffer;
}

const LOWER_CASE_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether it is an id in the one spelling that sorts equally as text and as bytes. */
export const isEntryId = (value: unknown): value is string =>
  typeof value === 'string' && LOWER_CASE_UUID.test(value);

/** `id` is the `_id` of `document`. */
export function leafOf(id: string, document: EntryDocument): Leaf {
  const covered = Object.fromEntries(COVERED_FIELDS.map((field) => [field, document[field]]));
  return {
    id,
    occurredAtMs: timeOf(document['occurred_at']),
    recordedAtMs: timeOf(document['recorded_at']),
    content: createHash('sha256').update(canonicalJson(covered)).digest(),
  };
}

/** How an entry differs from its seal. Null: it does not differ. */
export function differenceOf(sealed: Leaf, document: EntryDocument): 'altered' | 'reordered' | null {
  const found = leafOf(sealed.id, document);
  if (!found.content.equals(sealed.content)) return 'altered';
  const isInPlace = found.occurredAtMs === sealed.occurredAtMs && found.recordedAtMs === sealed.recordedAtMs;
  return isInPlace ? null : 'reordered';
}

/** Packs the leaves in the order of ids, whatever the order in which they were read. */
export function packLeaves(leaves: readonly Leaf[]): Buffer {
  const packed = Buffer.alloc(leaves.length * LEAF_BYTES);
  const sorted = leaves.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const [index, leaf] of sorted.entries()) {
    const at = index * LEAF_BYTES;
    packed.write(leaf.id.replaceAll('-', ''), at, 'hex');
    packed.writeDoubleBE(leaf.occurredAtMs, at + 16);
    packed.writeDoubleBE(leaf.recordedAtMs, at + 24);
    leaf.content.copy(packed, at + 32);
  }
  return packed;
}

/** Expects bytes whose length is a multiple of `LEAF_BYTES`. */
export const unpackLeaves = (packed: Buffer): Leaf[] =>
  Array.from({ length: packed.length / LEAF_BYTES }, (_, index) => {
    const at = index * LEAF_BYTES;
    return {
      id: uuidAt(packed, at),
      occurredAtMs: packed.readDoubleBE(at + 16),
      recordedAtMs: packed.readDoubleBE(at + 24),
      content: packed.subarray(at + 32, at + LEAF_BYTES),
    };
  });

function uuidAt(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const timeOf = (value: unknown): number => (value instanceof Date ? value.getTime() : Number.NaN);

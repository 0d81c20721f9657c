import { createHash } from 'node:crypto';

import { type Leaf, packLeaves } from './leaf.js';

/** One row of an organisation's chain. */
export interface Checkpoint {
  orgId: string;
  /** Starts at 1 and has no gaps. */
  sequence: number;
  /** The digest of the checkpoint before it. */
  previous: Buffer;
  digest: Buffer;
  leaves: Buffer;
  sealedAt: Date;
}

/** The newest checkpoint of an organisation. */
export type Head = Pick<Checkpoint, 'sequence' | 'digest'>;

/** Represents the checkpoint before the first. */
const ORIGIN: Head = { sequence: 0, digest: Buffer.alloc(32) };
const FORMAT = 'triptych audit checkpoint 1\n';

/** SHA-256 over every field of a checkpoint. All fields have a fixed length except the leaves, which come last. */
export function digestOf({
  orgId,
  sequence,
  previous,
  sealedAt,
  leaves,
}: Omit<Checkpoint, 'digest'>): Buffer {
  const numbers = Buffer.alloc(24);
  numbers.writeBigUInt64BE(BigInt(sequence), 0);
  numbers.writeDoubleBE(sealedAt.getTime(), 8);
  numbers.writeBigUInt64BE(BigInt(leaves.length), 16);
  return createHash('sha256')
    .update(FORMAT)
    .update(orgId.replaceAll('-', ''), 'hex')
    .update(numbers)
    .update(previous)
    .update(leaves)
    .digest();
}

/** The checkpoint that follows `head`; null: the first of the organisation. */
export function nextCheckpoint(
  orgId: string,
  head: Head | null,
  leaves: readonly Leaf[],
  sealedAt: Date,
): Checkpoint {
  const { sequence, digest: previous } = head ?? ORIGIN;
  const fields = { orgId, sequence: sequence + 1, previous, sealedAt, leaves: packLeaves(leaves) };
  return { ...fields, digest: digestOf(fields) };
}

/** The `previous` of the first checkpoint. */
export const ORIGIN_DIGEST: Buffer = ORIGIN.digest;

import {
  type Held,
  isHeld,
  type PutOutcome,
  type Replica,
  type ReplicatedRecord,
  type ReplicatedRecords,
} from './replica.js';

export interface BothSides<T> {
  mongodb: Held<T> | undefined;
  postgresql: Held<T> | undefined;
}

/**
 * Makes one record equal in both stores; whatever dies in between, a repetition goes on. False: the record is being changed
 * meanwhile, and its mark stays.
 */
export async function settleRecord<T extends ReplicatedRecord>(
  records: ReplicatedRecords<T>,
  { mongodb, postgresql }: BothSides<T>,
): Promise<boolean> {
  const merged = mergedOf(records, mongodb?.record, postgresql?.record);
  if (!merged) return true;
  // PostgreSQL first: it alone can say that what the record belongs to is gone.
  const copied = await bring(records, records.postgresql, postgresql?.record, merged);
  if (copied.kind === 'orphaned') {
    await records.mongodb.remove(merged.id);
    return true;
  }
  if (copied.kind === 'twin') return settleTwins(records, merged, copied.twin);
  const original = await bring(records, records.mongodb, mongodb?.record, merged);
  if (original.kind === 'twin') return settleTwins(records, merged, original.twin);
  if (!isHeld(copied) || !isHeld(original)) return false;
  await records.mongodb.markSynced([merged]);
  await records.postgresql.markSynced([merged]);
  return true;
}

function mergedOf<T extends ReplicatedRecord>(
  { merge }: ReplicatedRecords<T>,
  mongodb: T | undefined,
  postgresql: T | undefined,
): T | undefined {
  return mongodb && postgresql ? merge(mongodb, postgresql) : (mongodb ?? postgresql);
}

/** Marked until both have it: a crash between the two leaves the mark. */
function bring<T extends ReplicatedRecord>(
  { differingFields }: ReplicatedRecords<T>,
  replica: Replica<T>,
  held: T | undefined,
  merged: T,
): Promise<PutOutcome<T>> {
  const isThere = held !== undefined && differingFields(held, merged).length === 0;
  return isThere ? Promise.resolve({ kind: 'same' }) : replica.put(merged, true);
}

/**
 * The same record was made twice, once in each store, because the first attempt was not answered. The one that was changed
 * since stays, else the earlier one. Its mark stays, too: the next turn brings it over.
 */
async function settleTwins<T extends ReplicatedRecord>(
  { mongodb, postgresql }: ReplicatedRecords<T>,
  one: T,
  other: T,
): Promise<boolean> {
  const isFirst = one.version === other.version ? one.id < other.id : one.version > other.version;
  const [kept, left] = isFirst ? [one, other] : [other, one];
  await Promise.all([mongodb.remove(left.id), postgresql.remove(left.id)]);
  await postgresql.put(kept, true);
  await mongodb.put(kept, true);
  return true;
}

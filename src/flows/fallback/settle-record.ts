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
 * Makes one record equal in both stores. It may be repeated after a crash at any point. False: the record is being
 * changed meanwhile, so its mark stays.
 */
export async function settleRecord<T extends ReplicatedRecord>(
  records: ReplicatedRecords<T>,
  { mongodb, postgresql }: BothSides<T>,
): Promise<boolean> {
  const merged = mergedOf(records, mongodb?.record, postgresql?.record);
  if (!merged) return true;
  // PostgreSQL first, because only PostgreSQL can say that the record's owner is gone.
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
  records: ReplicatedRecords<T>,
  mongodb: T | undefined,
  postgresql: T | undefined,
): T | undefined {
  return mongodb && postgresql ? records.merge(mongodb, postgresql) : (mongodb ?? postgresql);
}

/** The record stays marked until both stores hold it, so a crash in between leaves the mark. */
function bring<T extends ReplicatedRecord>(
  records: ReplicatedRecords<T>,
  replica: Replica<T>,
  held: T | undefined,
  merged: T,
): Promise<PutOutcome<T>> {
  const isThere = held !== undefined && records.differingFields(held, merged).length === 0;
  return isThere ? Promise.resolve({ kind: 'same' }) : replica.put(merged, true);
}

/**
 * The same record was created twice, once in each store, because the first attempt was not answered. Keeps the copy
 * that was changed since, otherwise the earlier one. Its mark stays too, so the next round copies it to the other
 * store.
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

/**
 * A record that two stores hold. `version` grows with each change. A record with a higher version replaces one with a
 * lower version.
 */
export interface ReplicatedRecord {
  readonly id: string;
  readonly version: number;
}

/** A record as one store holds it. */
export interface Held<T> {
  record: T;
  /** Since when the other store may lack this version. Null: it has the version. */
  unsyncedSince: Date | null;
}

/**
 * The outcome of writing a record to a store. `same`: the store holds exactly this record. `newer`: it holds a
 * different record of this version, a higher version, or a tombstone. `twin`: it holds the same record under another
 * id. `orphaned`: what the record belongs to does not exist any more.
 */
export type PutOutcome<T> = { kind: 'put' | 'same' | 'newer' | 'orphaned' } | { kind: 'twin'; twin: T };

/** Whether the store holds the record now. */
export const isHeld = ({ kind }: PutOutcome<unknown>): boolean => kind === 'put' || kind === 'same';

/** One store's side. Every method rejects with `StoreUnavailable` if the store cannot be reached. */
export interface Replica<T extends ReplicatedRecord> {
  byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Held<T>>>;
  /**
   * Writes the whole record unless the store has this or a higher version. `isUnsynced`: the same write marks the
   * record as missing in the other store.
   */
  put(record: T, isUnsynced: boolean): Promise<PutOutcome<T>>;
  /** Records whose mark is not younger than `until`, oldest first. */
  unsynced(until: Date, limit: number): Promise<readonly T[]>;
  /** The number of marked records. */
  countUnsynced(): Promise<number>;
  /** Removes the marks of records that still have these versions. */
  markSynced(records: readonly ReplicatedRecord[]): Promise<void>;
  remove(id: string): Promise<void>;
  /** All records in the order of ids. `since`: only those whose id was made then or later. */
  walk(since?: Date | null): AsyncIterable<readonly T[]>;
}

/** Records that both stores hold. */
export interface ReplicatedRecords<T extends ReplicatedRecord> {
  /** The name of their collection and table. */
  readonly name: string;
  readonly mongodb: Replica<T>;
  readonly postgresql: Replica<T>;
  /** What both copies have to become: one of the two, or a record with a higher version than both. */
  merge(mongodb: T, postgresql: T): T;
  /** The names of the fields that differ. */
  differingFields(one: T, other: T): readonly string[];
  /** Cache tags of answers that show the record. */
  tagsOf(record: T): readonly string[];
}

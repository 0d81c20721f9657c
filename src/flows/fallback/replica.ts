/** A record that two stores hold. `version` grows with each change; a record of a higher version replaces a lower one. */
export interface ReplicatedRecord {
  readonly id: string;
  readonly version: number;
}

/** A record as one store has it. */
export interface Held<T> {
  record: T;
  /** Since when the other store may not have this version; null: it has. */
  unsyncedSince: Date | null;
}

/**
 * What became of a record that was to be put. `same`: the store has just this one. `newer`: it has another one of this version,
 * a higher version, or a tombstone.
 * `twin`: the store has the same record under another id. `orphaned`: what it belongs to does not exist any more.
 */
export type PutOutcome<T> = { kind: 'put' | 'same' | 'newer' | 'orphaned' } | { kind: 'twin'; twin: T };

/** Whether the store has the record now. */
export const isHeld = ({ kind }: PutOutcome<unknown>): boolean => kind === 'put' || kind === 'same';

/** One store's side. Every method rejects with `StoreUnavailable` where the store cannot be reached. */
export interface Replica<T extends ReplicatedRecord> {
  byIds(ids: readonly string[]): Promise<ReadonlyMap<string, Held<T>>>;
  /** Whole, where the store has no such version. `isUnsynced`: marked, in the same write, as missing in the other store. */
  put(record: T, isUnsynced: boolean): Promise<PutOutcome<T>>;
  /** Marked records whose mark is not younger than `until`, oldest first. */
  unsynced(until: Date, limit: number): Promise<readonly T[]>;
  /** How many are marked. */
  countUnsynced(): Promise<number>;
  /** Takes the marks off, where the versions are still these. */
  markSynced(records: readonly ReplicatedRecord[]): Promise<void>;
  remove(id: string): Promise<void>;
  /** All of them, in the order of ids; `since`: those whose id was made then or later. */
  walk(since?: Date | null): AsyncIterable<readonly T[]>;
}

/** Records that stand in both stores. */
export interface ReplicatedRecords<T extends ReplicatedRecord> {
  /** Of their collection and table. */
  readonly name: string;
  readonly mongodb: Replica<T>;
  readonly postgresql: Replica<T>;
  /** What both have to become: one of the two, or a record of a higher version than both. */
  readonly merge: (mongodb: T, postgresql: T) => T;
  /** Names of the fields that are not equal. */
  readonly differingFields: (one: T, other: T) => readonly string[];
  /** Cache tags of what shows the record. */
  tagsOf(record: T): readonly string[];
}

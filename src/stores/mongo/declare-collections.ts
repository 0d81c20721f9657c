import mongoose, { type Connection } from 'mongoose';

import {
  type DeclaredCollection,
  describeIndex,
  haveEqualKeys,
  type IndexKeys,
  type IndexMeaning,
  meaningOf,
  meanTheSame,
} from './index-spec.js';

/**
 * - `differing`: an index on the same fields has other options; it is left alone.
 * - `undeclared`: the index is in the database, but no schema declares it; it is left alone.
 */
export type IndexStatus = 'created' | 'existing' | 'differing' | 'undeclared';

export interface IndexReport {
  name: string;
  status: IndexStatus;
  /** As declared, or, for an undeclared index, as in the database. */
  description: string;
  isUnique: boolean;
  /** `differing` only: as it is in the database. */
  existing?: string;
}

export interface CollectionReport {
  name: string;
  status: 'created' | 'existing';
  indexes: readonly IndexReport[];
}

type Database = NonNullable<Connection['db']>;

interface ExistingIndex extends IndexMeaning {
  name: string;
  key: IndexKeys;
}

const NAMESPACE_EXISTS = 48;

async function createCollection(db: Database, name: string): Promise<'created' | 'existing'> {
  const [known] = await db.listCollections({ name }, { nameOnly: true }).toArray();
  if (known) return 'existing';
  try {
    await db.createCollection(name);
    return 'created';
  } catch (error) {
    // Another process created it first.
    if (error instanceof mongoose.mongo.MongoServerError && error.code === NAMESPACE_EXISTS)
      return 'existing';
    throw error;
  }
}

async function declareIndexes(
  db: Database,
  { name, schema }: DeclaredCollection,
  onRefused: OnRefused,
): Promise<IndexReport[]> {
  const collection = db.collection(name);
  const existing: ExistingIndex[] = (await collection.indexes()).map((index) => ({
    ...index,
    name: index.name ?? '',
  }));
  const seen = new Set<string>(['_id_']);
  const reports: IndexReport[] = [];
  for (const [keys, options] of schema.indexes()) {
    const description = describeIndex(keys, options);
    const isUnique = meaningOf(options).unique === true;
    const same = existing.find((index) => haveEqualKeys(index.key, keys));
    if (!same) {
      try {
        const created = await collection.createIndex(keys as Record<string, 1 | -1>, meaningOf(options), {});
        reports.push({ name: created, status: 'created', description, isUnique });
      } catch (error) {
        onRefused({ collection: name, description, isUnique }, error);
      }
      continue;
    }
    seen.add(same.name);
    if (meanTheSame(options, same))
      reports.push({ name: same.name, status: 'existing', description, isUnique });
    else
      reports.push({
        name: same.name,
        status: 'differing',
        description,
        isUnique,
        existing: describeIndex(same.key, same),
      });
  }
  const undeclared = existing.filter((index) => !seen.has(index.name));
  return [
    ...reports,
    ...undeclared.map((index) => ({
      name: index.name,
      status: 'undeclared' as const,
      description: describeIndex(index.key, index),
      isUnique: index.unique === true,
    })),
  ];
}

/** An index that the server refused to create. */
export interface RefusedIndex {
  collection: string;
  description: string;
  isUnique: boolean;
}

type OnRefused = (index: RefusedIndex, error: unknown) => void;

const rethrow: OnRefused = (_, error) => {
  throw error;
};

/**
 * Creates the missing collections and indexes. Drops and changes nothing, and a second run creates nothing. Rejects
 * with the error of the first index that is refused, unless `onRefused` handles it.
 */
export async function declareCollections(
  db: Database,
  declared: readonly DeclaredCollection[],
  onRefused: OnRefused = rethrow,
): Promise<CollectionReport[]> {
  const reports: CollectionReport[] = [];
  for (const collection of declared) {
    const status = await createCollection(db, collection.name);
    reports.push({ name: collection.name, status, indexes: await declareIndexes(db, collection, onRefused) });
  }
  return reports;
}

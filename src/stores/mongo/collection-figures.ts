import mongoose, { type Connection } from 'mongoose';
import { z } from 'zod';

type Database = NonNullable<Connection['db']>;

/** Null: the server does not provide the figure. */
export interface IndexFigures {
  name: string;
  bytes: number | null;
  /** How often the index was used since the server started counting. */
  uses: number | null;
}

/** Null: the server does not provide the figure. */
export interface CollectionFigures {
  name: string;
  documents: number | null;
  /** Of all documents, before compression. */
  bytes: number | null;
  indexBytes: number | null;
  indexes: readonly IndexFigures[];
}

const storage = z.object({
  storageStats: z.object({
    count: z.number().nullish(),
    size: z.number().nullish(),
    totalIndexSize: z.number().nullish(),
    indexSizes: z.record(z.string(), z.number()).nullish(),
  }),
});
const usage = z.object({ name: z.string(), accesses: z.object({ ops: z.coerce.number() }) });

/** Null if the server does not have the stage, or not here. */
async function ask<T>(db: Database, name: string, stage: object, shape: z.ZodType<T>): Promise<T[] | null> {
  try {
    const documents = await db.collection(name).aggregate([stage]).toArray();
    const parsed = z.array(shape).safeParse(documents);
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoServerError) return null;
    throw error;
  }
}

async function figuresOf(db: Database, name: string): Promise<CollectionFigures> {
  const [[stats] = [], uses, indexes] = await Promise.all([
    ask(db, name, { $collStats: { storageStats: {} } }, storage).then((found) => found ?? []),
    ask(db, name, { $indexStats: {} }, usage),
    db.collection(name).indexes(),
  ]);
  const figures = stats?.storageStats;
  // On a sharded cluster each shard reports its own uses.
  const usesOf = (index: string) =>
    uses?.filter((use) => use.name === index).reduce((sum, { accesses }) => sum + accesses.ops, 0) ?? null;
  return {
    name,
    documents: figures?.count ?? (await db.collection(name).estimatedDocumentCount()),
    bytes: figures?.size ?? null,
    indexBytes: figures?.totalIndexSize ?? null,
    indexes: indexes.map(({ name: index = '' }) => ({
      name: index,
      bytes: figures?.indexSizes?.[index] ?? null,
      uses: usesOf(index),
    })),
  };
}

/** Figures of every collection of a database, by name, as far as the server provides them. */
export async function collectionFigures(db: Database): Promise<CollectionFigures[]> {
  const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = collections
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
  const figures: CollectionFigures[] = [];
  for (const name of names) figures.push(await figuresOf(db, name));
  return figures;
}

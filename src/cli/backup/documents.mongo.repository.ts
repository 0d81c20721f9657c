import mongoose, { type Connection } from 'mongoose';

export type Database = NonNullable<Connection['db']>;
/** A document as the server sends it. */
export type RawDocument = Uint8Array;

const { BSON } = mongoose.mongo;
const BATCH = 1_000;
const INSERT_BYTES = 8 * 1_024 * 1_024;

/** Keeps the type of every value, so that an int64 or a double stays one. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** Every non-empty collection of the database, by name. */
export async function collectionNames(db: Database): Promise<string[]> {
  const collections = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return collections
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort();
}

export async function mongoVersion(db: Database): Promise<string> {
  const answer = await db.admin().command({ buildInfo: 1 });
  return String(answer['version']);
}

/**
 * Every document, in batches. Reads by `_id`, which never changes, so a document that exists throughout is read
 * exactly once, whatever is written meanwhile.
 */
export async function* rawDocuments(db: Database, name: string): AsyncGenerator<RawDocument[]> {
  const cursor = db.collection(name).find({}, { raw: true, sort: { _id: 1 }, batchSize: BATCH });
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments() as unknown as RawDocument[];
  } finally {
    await cursor.close();
  }
}

/** The document's fields as JavaScript values, for reading only, not for writing back. */
export const parseDocument = (raw: RawDocument): Record<string, unknown> =>
  BSON.deserialize(raw) as Record<string, unknown>;

/** The documents of a part, which are concatenated, each with its length in front. */
export function* splitDocuments(part: Buffer): Generator<RawDocument> {
  for (let at = 0; at < part.length;) {
    const length = part.readInt32LE(at);
    yield part.subarray(at, at + length);
    at += length;
  }
}

/** Inserts documents unchanged, with their own `_id`s. Returns how many. */
export async function insertRaw(
  db: Database,
  name: string,
  documents: Iterable<RawDocument>,
): Promise<number> {
  const collection = db.collection(name);
  let batch: mongoose.mongo.Document[] = [];
  let bytes = 0;
  let count = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: false, forceServerObjectId: true });
    count += batch.length;
    batch = [];
    bytes = 0;
  };
  for (const raw of documents) {
    batch.push(BSON.deserialize(raw, EXACT));
    bytes += raw.length;
    if (batch.length >= BATCH || bytes >= INSERT_BYTES) await flush();
  }
  await flush();
  return count;
}

/** The first collection that contains a document. Null if all are empty. */
export async function firstCollectionWithDocuments(db: Database): Promise<string | null> {
  for (const name of await collectionNames(db))
    if (await db.collection(name).findOne({}, { projection: { _id: 1 } })) return name;
  return null;
}

/** Drops every collection, because that does not require the right to drop the database. */
export async function dropCollections(db: Database): Promise<void> {
  for (const name of await collectionNames(db)) await db.dropCollection(name);
}

export const countDocuments = (db: Database, name: string): Promise<number> =>
  db.collection(name).countDocuments({});

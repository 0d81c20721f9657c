import mongoose, { type Connection } from 'mongoose';

export type Database = NonNullable<Connection['db']>;
/** A document as the server sends it. */
export type RawDocument = Uint8Array;

const { BSON } = mongoose.mongo;
const BATCH = 1_000;
const INSERT_BYTES = 8 * 1_024 * 1_024;

/** Keeps every type of a document: what was an int64 or a double stays one. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** Every collection of the database that holds documents, by name. */
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
 * Every document, in batches. By `_id`, which never changes: one that is there all the time is read exactly once,
 * whatever is written meanwhile.
 */
export async function* rawDocuments(db: Database, name: string): AsyncGenerator<RawDocument[]> {
  const cursor = db.collection(name).find({}, { raw: true, sort: { _id: 1 }, batchSize: BATCH });
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments() as unknown as RawDocument[];
  } finally {
    await cursor.close();
  }
}

/** Its fields with the values of JavaScript: to look at, not to write back. */
export const parseDocument = (raw: RawDocument): Record<string, unknown> =>
  BSON.deserialize(raw) as Record<string, unknown>;

/** The documents of a part, which stand one after the other, each with its length in front. */
export function* splitDocuments(part: Buffer): Generator<RawDocument> {
  for (let at = 0; at < part.length;) {
    const length = part.readInt32LE(at);
    yield part.subarray(at, at + length);
    at += length;
  }
}

/** Inserts documents as they are; their `_id`s are their own. Returns how many. */
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

/** The first collection that has a document; null where none has. */
export async function firstCollectionWithDocuments(db: Database): Promise<string | null> {
  for (const name of await collectionNames(db))
    if (await db.collection(name).findOne({}, { projection: { _id: 1 } })) return name;
  return null;
}

/** Drops every collection: the right to drop the database itself is not needed. */
export async function dropCollections(db: Database): Promise<void> {
  for (const name of await collectionNames(db)) await db.dropCollection(name);
}

export const countDocuments = (db: Database, name: string): Promise<number> =>
  db.collection(name).countDocuments({});

import { gunzipSync } from 'node:zlib';

import mongoose from 'mongoose';
import postgres from 'postgres';
import { commandOptions, createClient } from 'redis';

import type { TestStores } from './test-stores.js';

export interface StoredBytes {
  where: string;
  bytes: Buffer;
}

/** Everything in the stores of a test: documents as BSON, rows as text, keys and values of Redis. */
export async function storedBytes({ config }: TestStores): Promise<StoredBytes[]> {
  return [
    ...(await ofMongo(config.mongo.uri)),
    ...(await ofPostgres(config.postgres.url)),
    ...(await ofRedis(config.redis.url ?? '', config.redis.keyPrefix)),
  ];
}

/** The places that contain any of these texts: unchanged, in base64 at any offset, in hex, or compressed with gzip. */
export function tracesOf(texts: readonly string[], stored: readonly StoredBytes[]): string[] {
  const needles = texts.flatMap((text) => formsOf(text).map((form) => ({ text, form: form.toLowerCase() })));
  const found = new Set<string>();
  for (const { where, bytes } of stored)
    for (const part of [bytes, ...unzipped(bytes)]) {
      // In any case, because folded text is stored text too.
      const haystack = part.toString('latin1').toLowerCase();
      for (const { text, form } of needles) if (haystack.includes(form)) found.add(`${text} in ${where}`);
    }
  return [...found];
}

/** The whole text in each form. For base64, only the characters that do not depend on the bytes around it. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + text).toString('base64');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [text, Buffer.from(text).toString('hex'), ...base64];
}

function unzipped(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf('1f8b08', 0, 'hex'); at >= 0; at = bytes.indexOf('1f8b08', at + 1, 'hex')) {
    try {
      found.push(gunzipSync(bytes.subarray(at)));
    } catch {
      // Three bytes that do not begin a gzip file.
    }
  }
  return found;
}

async function ofMongo(uri: string): Promise<StoredBytes[]> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const found: StoredBytes[] = [];
    for (const { name } of (await connection.listCollections()) as { name: string }[]) {
      const documents = await connection.collection(name).find().toArray();
      for (const document of documents)
        found.push({ where: `mongodb ${name}`, bytes: Buffer.from(mongoose.mongo.BSON.serialize(document)) });
    }
    return found;
  } finally {
    await connection.close();
  }
}

async function ofPostgres(url: string): Promise<StoredBytes[]> {
  const sql = postgres(url, { max: 1 });
  try {
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`;
    const found: StoredBytes[] = [];
    for (const { name } of tables) {
      const rows = await sql<{ text: string }[]>`select t::text as text from ${sql(name)} t`;
      for (const { text } of rows) found.push({ where: `postgres ${name}`, bytes: Buffer.from(text) });
    }
    return found;
  } finally {
    await sql.end();
  }
}

async function ofRedis(url: string, prefix: string): Promise<StoredBytes[]> {
  const client = createClient({ url });
  await client.connect();
  try {
    const found: StoredBytes[] = [];
    for await (const key of client.scanIterator({ MATCH: `*${prefix}*`, COUNT: 1_000 })) {
      found.push({ where: 'a key of redis', bytes: Buffer.from(key) });
      const value = await client.dump(commandOptions({ returnBuffers: true }), key);
      if (value) found.push({ where: `redis ${key.slice(0, 40)}`, bytes: value });
      if ((await client.type(key)) === 'string')
        found.push({
          where: `redis ${key.slice(0, 40)}`,
          bytes: (await client.get(commandOptions({ returnBuffers: true }), key)) ?? Buffer.alloc(0),
        });
    }
    return found;
  } finally {
    await client.quit();
  }
}

import mongoose from 'mongoose';
import postgres from 'postgres';
import { commandOptions, createClient } from 'redis';

import type { Config } from '../../src/config/config.js';

/** A record that contains a text. */
export interface Place {
  store: 'postgres' | 'mongodb' | 'redis';
  name: string;
  record: string;
}

const { EJSON } = mongoose.mongo.BSON;
const SHOWN = 300;

/** Also searches binary values, because some of them are compressed no further than their text. */
async function inPostgres(config: Config, text: string): Promise<Place[]> {
  const sql = postgres(config.postgres.url, { max: 1, onnotice: () => undefined });
  try {
    const columns = await sql<{ schema: string; table: string; column: string; type: string }[]>`
      select n.nspname as schema, c.relname as table, a.attname as column, t.typname as type
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_type t on t.oid = a.atttypid
      where c.relkind in ('r', 'm') and a.attnum > 0 and not a.attisdropped
        and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
    const places: Place[] = [];
    for (const { schema, table, column, type } of columns) {
      const value = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
      const rows = await sql.unsafe<{ record: string }[]>(
        `select left(${value}, ${SHOWN}) as record from "${schema}"."${table}" where position($1 in lower(${value})) > 0`,
        [text],
      );
      places.push(
        ...rows.map(({ record }) => ({ store: 'postgres' as const, name: `${table}.${column}`, record })),
      );
    }
    return places;
  } finally {
    await sql.end();
  }
}

async function inMongo(config: Config, text: string): Promise<Place[]> {
  const connection = await mongoose.createConnection(config.mongo.uri).asPromise();
  try {
    const places: Place[] = [];
    for (const { name } of await connection.listCollections()) {
      for await (const document of connection.collection(name).find()) {
        const record = EJSON.stringify(document);
        if (record.toLowerCase().includes(text))
          places.push({ store: 'mongodb', name, record: record.slice(0, SHOWN) });
      }
    }
    return places;
  } finally {
    await connection.close();
  }
}

async function inRedis(config: Config, text: string): Promise<Place[]> {
  if (config.redis.url === null) return [];
  const client = createClient({ url: config.redis.url });
  await client.connect();
  try {
    const places: Place[] = [];
    for await (const key of client.scanIterator({ MATCH: `${config.redis.keyPrefix}*`, COUNT: 500 })) {
      // Works for every type: the serialised value that Redis would send to another server, and Redis' description of
      // it.
      const dumped = await client.dump(commandOptions({ returnBuffers: true }), key);
      const value = await textOf(client, key);
      const record = `${key} ${dumped?.toString('latin1') ?? ''} ${value}`;
      if (record.toLowerCase().includes(text))
        places.push({ store: 'redis', name: key, record: value.slice(0, SHOWN) });
    }
    return places;
  } finally {
    await client.disconnect();
  }
}

async function textOf(client: ReturnType<typeof createClient>, key: string): Promise<string> {
  const type = await client.type(key);
  switch (type) {
    case 'string':
      return (await client.get(commandOptions({ returnBuffers: true }), key))?.toString('latin1') ?? '';
    case 'hash':
      return JSON.stringify(await client.hGetAll(key));
    case 'list':
      return JSON.stringify(await client.lRange(key, 0, -1));
    case 'set':
      return JSON.stringify(await client.sMembers(key));
    case 'zset':
      return JSON.stringify(await client.zRange(key, 0, -1));
    case 'stream':
      return JSON.stringify(await client.xRange(key, '-', '+'));
    default:
      return '';
  }
}

/**
 * Every column of every table, every document of every collection, and every key of Redis that contains the text, in
 * any case.
 */
export async function placesWith(config: Config, text: string): Promise<Place[]> {
  const wanted = text.toLowerCase();
  const found = await Promise.all([
    inPostgres(config, wanted),
    inMongo(config, wanted),
    inRedis(config, wanted),
  ]);
  return found.flat();
}

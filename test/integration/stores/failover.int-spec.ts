import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';

import { parseConfig } from '../../../src/config/parse-config.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { isReadOnlyServer } from '../../../src/stores/postgres/postgres-errors.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

describe('an address that leads to a standby', () => {
  let stores: TestStores;
  let admin: postgres.Sql;
  let store: Postgres;
  beforeEach(async () => {
    stores = await createTestStores();
    // Its own sessions have to write while the database is read-only for others.
    admin = postgres(stores.config.postgres.url, {
      max: 1,
      connection: { default_transaction_read_only: false },
    });
    await admin`create table noted (what text)`;
    store = new Postgres(stores.config);
    await store.onModuleInit();
  });
  afterEach(async () => {
    await store.onApplicationShutdown();
    await admin.end();
    await stores.drop();
  });

  const database = (): string => new URL(stores.config.postgres.url).pathname.slice(1);
  const write = () => store.run((db) => db.execute(sql`insert into noted values ('kept')`));
  /** As after a failover: connections end, and new ones meet a server that takes no writes. */
  const demote = async (): Promise<void> => {
    await admin.unsafe(`alter database ${database()} set default_transaction_read_only = on`);
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'triptych%'`;
  };
  const promote = () => admin.unsafe(`alter database ${database()} reset default_transaction_read_only`);

  it('is unavailable, says why, and is used again once it takes writes', async () => {
    const lines: unknown[] = [];
    const error = vi.spyOn(Logger.prototype, 'error').mockImplementation((line) => void lines.push(line));
    await write();
    await demote();
    await eventually(
      async () => {
        // An idle store is not asked by itself.
        await store.liveness.check();
        return lines.map(String);
      },
      (said) => said.some((line) => line.includes('read-only')),
    );
    await expect(write()).rejects.toBeInstanceOf(StoreUnavailable);
    // An ended connection may be what it sees first. Each reason is said once.
    const said = [...lines];
    expect(new Set(said).size).toBe(said.length);
    await promote();
    await eventually(() => Promise.resolve(store.liveness.isUp), Boolean);
    await write();
    expect(await admin`select what from noted`).toHaveLength(2);
    expect(lines).toEqual(said);
    error.mockRestore();
  });

  it('leaves no connection behind that still leads there', async () => {
    // The pool meets the standby; the ping, on a connection of before, does not.
    await admin.unsafe(`alter database ${database()} set default_transaction_read_only = on`);
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'triptych'`;
    await eventually(
      () =>
        write().then(
          () => null,
          (error: unknown) => error,
        ),
      (error) => error instanceof StoreUnavailable && isReadOnlyServer(error.cause),
    );
    await promote();
    await eventually(
      () =>
        write().then(
          () => true,
          () => false,
        ),
      Boolean,
    );
    expect(await admin`select what from noted`).toHaveLength(1);
  });
});

describe('a store that lets nobody in', () => {
  it('is unavailable, and says why once', async () => {
    const stores = await createTestStores();
    const lines: unknown[] = [];
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void lines.push(line));
    const error = vi.spyOn(Logger.prototype, 'error').mockImplementation((line) => void lines.push(line));
    const elsewhere = stores.config.postgres.url.replace(/[^/]+$/, 'no_such_database');
    const store = new Postgres(parseConfig({ ...stores.env, DATABASE_URL: elsewhere }));
    const mongo = new Mongo(
      parseConfig({ ...stores.env, MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true' }),
    );
    await Promise.all([store.onModuleInit(), mongo.onModuleInit()]);
    await expect(store.run((db) => db.execute(sql`select 1`))).rejects.toBeInstanceOf(StoreUnavailable);
    await store.liveness.check();
    const said = lines.filter((line) => String(line).startsWith('PostgreSQL'));
    expect(said).toEqual([
      'PostgreSQL does not answer: database "no_such_database" does not exist',
      'PostgreSQL cannot be reached; starting without it: database "no_such_database" does not exist',
    ]);
    expect(lines.filter((line) => /^MongoDB .*ECONNREFUSED/.test(String(line))).length).toBeGreaterThan(0);
    await Promise.all([store.onApplicationShutdown(), mongo.onApplicationShutdown()]);
    warn.mockRestore();
    error.mockRestore();
    await stores.drop();
  });
});

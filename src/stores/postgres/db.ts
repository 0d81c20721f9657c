import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';

export type Db = PostgresJsDatabase<Record<string, never>>;

/** A transaction. Not assignable from `Db`, so what demands one cannot be called outside. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/** Runs once the commit is durable and before the caller goes on. Must not throw. */
export type AfterCommit = () => Promise<void>;

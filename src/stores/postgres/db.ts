import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';

export type Db = PostgresJsDatabase<Record<string, never>>;

/** A transaction. `Db` is not assignable to it, so code that requires one cannot be called outside a transaction. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/** Runs once the commit is durable and before the caller continues. Must not throw. */
export type AfterCommit = () => Promise<void>;

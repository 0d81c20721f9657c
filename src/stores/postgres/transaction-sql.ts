import { PostgresJsSession } from 'drizzle-orm/postgres-js';
import type { TransactionSql } from 'postgres';

import type { Tx } from './postgres.js';

/**
 * The driver's client of a Drizzle transaction. Drizzle never prepares a statement with parameters, which costs a
 * further round trip each time and prevents the driver from sending two statements at once.
 */
export function transactionSql(tx: Tx): TransactionSql {
  const session: unknown = tx._.session;
  if (!(session instanceof PostgresJsSession)) throw new Error('Not a transaction of the postgres.js driver');
  return session.client as TransactionSql;
}

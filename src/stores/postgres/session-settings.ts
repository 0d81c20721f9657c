/** Those that a transaction-mode pooler takes in the start-up packet; it refuses a connection that asks for more. */
export const POOLED_SESSION_SETTINGS = { DateStyle: 'ISO, YMD', TimeZone: 'UTC' } as const;

/**
 * What the service relies on in a session, whatever the server, the database or the role set by default: moments are read as
 * ISO dates, bytes as hex, tables are found in `public`, and a transaction is READ COMMITTED.
 */
export const SESSION_SETTINGS = {
  ...POOLED_SESSION_SETTINGS,
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  search_path: 'public',
  default_transaction_isolation: 'read committed',
} as const;

/**
 * The settings that a transaction-mode pooler accepts in the start-up packet. It refuses a connection that requests
 * more.
 */
export const POOLED_SESSION_SETTINGS = { DateStyle: 'ISO, YMD', TimeZone: 'UTC' } as const;

/**
 * The session settings that the service relies on, whatever the server, the database or the role has as defaults.
 * Moments are read as ISO dates, bytes as hex, tables are found in `public`, and a transaction is READ COMMITTED.
 */
export const SESSION_SETTINGS = {
  ...POOLED_SESSION_SETTINGS,
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  search_path: 'public',
  default_transaction_isolation: 'read committed',
} as const;

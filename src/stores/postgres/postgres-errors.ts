import { DrizzleQueryError } from 'drizzle-orm';
import postgres from 'postgres';

import { Conflict } from '../../common/errors/kinds.js';
import { SOCKET_ERRORS } from '../socket-errors.js';

const CONNECTIVITY: ReadonlySet<string> = new Set([
  ...SOCKET_ERRORS,
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECTION_CONNECT_TIMEOUT',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '53300', // too_many_connections
  '25006', // read_only_sql_transaction: the address leads to a standby
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01', // how a pooler says that it has no server
  // Refusals of the login. A statement never gets these.
  '28000',
  '28P01',
  '3D000',
]);

/** Drizzle wraps the driver's error; this is the driver's. */
export const driverError = (error: unknown): unknown =>
  error instanceof DrizzleQueryError ? error.cause : error;

/** Whether PostgreSQL could not be reached, as opposed to having refused the statement. */
export function isPostgresConnectivityError(error: unknown): boolean {
  const cause = driverError(error);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (cause instanceof ReadOnlyServer) return true;
  return typeof code === 'string' && (CONNECTIVITY.has(code) || isCertificateError(code));
}

/** Whether it is Node's code for a certificate that it does not trust. */
const isCertificateError = (code: string): boolean => /^ERR_TLS|CERT|^UNABLE_TO_(?:VERIFY|GET)/.test(code);

/** The server takes no writes: it is a standby, or it was set to read-only. */
export class ReadOnlyServer extends Error {
  constructor() {
    super('the server is read-only: a standby, or one whose default_transaction_read_only is on');
  }
}

/** Whether a statement met a server that takes no writes (SQLSTATE 25006). */
export const isReadOnlyServer = (error: unknown): boolean => {
  const cause = driverError(error);
  return cause instanceof postgres.PostgresError && cause.code === '25006';
};

/** Whether a statement took longer than `statement_timeout`, or was cancelled by a person (SQLSTATE 57014). */
export const isStatementEnded = (error: unknown): boolean => {
  const cause = driverError(error);
  return cause instanceof postgres.PostgresError && cause.code === '57014';
};

/** Whether a lock could not be taken within `lock_timeout` (SQLSTATE 55P03). */
export const isLockRefused = (error: unknown): boolean => {
  const cause = driverError(error);
  return cause instanceof postgres.PostgresError && cause.code === '55P03';
};

/** The name of the violated unique constraint (SQLSTATE 23505), or null for any other error. */
export function violatedUnique(error: unknown): string | null {
  const cause = driverError(error);
  return cause instanceof postgres.PostgresError && cause.code === '23505'
    ? (cause.constraint_name ?? null)
    : null;
}

/** The name of the violated foreign key (SQLSTATE 23503), or null for any other error. */
export function violatedForeignKey(error: unknown): string | null {
  const cause = driverError(error);
  return cause instanceof postgres.PostgresError && cause.code === '23503'
    ? (cause.constraint_name ?? null)
    : null;
}

/**
 * A record that an insert references existed when the request began and is deleted now: an account, an organisation.
 */
export class ReferenceGone extends Conflict {
  code = 'reference.gone';

  constructor(cause: unknown) {
    super('Something that this request builds on was deleted meanwhile.', { cause });
  }
}

import postgres, { type Sql } from 'postgres';

import { isPostgresConnectivityError } from '../postgres-errors.js';
import { SESSION_SETTINGS } from '../session-settings.js';
import { PostgresNotUsable } from './migration.errors.js';

const INVALID_PASSWORD = '28P01';
const INVALID_AUTHORIZATION = '28000';
const NO_SUCH_DATABASE = '3D000';
const NO_PRIVILEGE = '42501';

/** `host:port/database`: all parts of a URL that may be shown. */
export function addressOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : 'the given URL';
}

function unreachable(error: unknown, at: string): PostgresNotUsable {
  const why = `${at}: ${error instanceof Error && error.message !== '' ? error.message : String(error)}`;
  return new PostgresNotUsable(
    'PostgreSQL cannot be reached.',
    why,
    [
      'start it, or correct DATABASE_URL',
      'or leave DATABASE_URL unset: a PostgreSQL of our own is started then',
    ],
    { cause: error },
  );
}

function explain(error: unknown, url: string): PostgresNotUsable | null {
  const at = addressOf(url);
  if (!(error instanceof postgres.PostgresError))
    return isPostgresConnectivityError(error) ? unreachable(error, at) : null;
  const why = `${at}: ${error.message}`;
  switch (error.code) {
    case INVALID_PASSWORD:
    case INVALID_AUTHORIZATION:
      return new PostgresNotUsable(
        'PostgreSQL refuses the credentials.',
        why,
        ['correct the user and password in DATABASE_URL'],
        { cause: error },
      );
    case NO_SUCH_DATABASE:
      return new PostgresNotUsable(
        'The database does not exist.',
        why,
        ['create it, or name another one in DATABASE_URL'],
        { cause: error },
      );
    case NO_PRIVILEGE:
      return new PostgresNotUsable(
        'The database user may not do this.',
        why,
        ['name a user that owns the database in DATABASE_URL'],
        { cause: error },
      );
    default:
      return isPostgresConnectivityError(error) ? unreachable(error, at) : null;
  }
}

/**
 * Uses statements, because a pooler refuses most of these settings in the start-up packet. Settings in the URL are
 * kept.
 */
function settingSession(url: string): string {
  const named = URL.parse(url)?.searchParams;
  const settings = Object.entries(SESSION_SETTINGS).filter(([name]) => !named?.has(name));
  return `select ${settings.map(([name, value]) => `set_config('${name}', '${value}', false)`).join(', ')}`;
}

/**
 * Runs `work` on one connection of its own, closed afterwards. A single connection, because the migration lock belongs
 * to it. Throws `PostgresNotUsable` if the server is not reachable or refuses the login.
 */
export async function withConnection<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, {
    max: 1,
    prepare: false,
    connect_timeout: 5,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'triptych-migrations' },
  });
  try {
    await sql.unsafe(settingSession(url));
    return await work(sql);
  } catch (error) {
    throw explain(error, url) ?? error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

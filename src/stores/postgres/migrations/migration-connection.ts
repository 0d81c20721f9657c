import postgres, { type Sql } from 'postgres';

import { addressOf } from '../../../config/connections/connection-text.js';
import { parsePostgresUrl, type PostgresAddress } from '../../../config/connections/postgres-address.js';
import { openClient } from '../client.js';
import { isPostgresConnectivityError } from '../postgres-errors.js';
import { SESSION_SETTINGS } from '../session-settings.js';
import { PostgresNotUsable } from './migration.errors.js';

const INVALID_PASSWORD = '28P01';
const INVALID_AUTHORIZATION = '28000';
const NO_SUCH_DATABASE = '3D000';
const NO_PRIVILEGE = '42501';

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
function settingSession({ settings }: PostgresAddress): string {
  const ours = Object.entries(SESSION_SETTINGS).filter(([name]) => !(name.toLowerCase() in settings));
  return `select ${ours.map(([name, value]) => `set_config('${name}', '${value}', false)`).join(', ')}`;
}

/**
 * Runs `work` on one connection of its own, closed afterwards. A single connection, because the migration lock belongs
 * to it. Of several hosts it is the first that takes writes. Throws `PostgresNotUsable` if the server is not reachable
 * or refuses the login.
 */
export async function withConnection<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const address = parsePostgresUrl(url);
  const client = openClient({
    ...{ url, max: 1, prepare: false, isPooled: true, isKept: true, connectTimeoutSeconds: 5 },
    applicationName: 'triptych-migrations',
  });
  try {
    for (let others = address.hosts.length - 1; others > 0; others -= 1) {
      const [server] = await client.sql<{ is_standby: boolean }[]>`select pg_is_in_recovery() as is_standby`;
      if (!server?.is_standby) break;
      client.cut();
    }
    await client.sql.unsafe(settingSession(address));
    return await work(client.sql);
  } catch (error) {
    throw explain(error, url) ?? error;
  } finally {
    await client.close(5);
  }
}

import type { Env } from '../../config/aliases.js';
import { parsePostgresUrl } from '../../config/connections/postgres-address.js';
import { tlsOptions } from '../../stores/postgres/connect.js';

/** The variable with which `drizzle.config.ts` connects: to the first host, as drizzle-kit does not read our URLs. */
export function drizzleCredentials(url: string): Env {
  const { hosts, user, password, database, tls } = parsePostgresUrl(url);
  const { name: host, port } = hosts[0] ?? { name: 'localhost', port: 5432 };
  const ssl = tls.mode === 'disable' ? false : tlsOptions(tls, host);
  const login = { ...(user === null ? {} : { user }), ...(password === null ? {} : { password }) };
  return {
    DRIZZLE_CREDENTIALS: JSON.stringify({
      host,
      port,
      ...login,
      database: database ?? user ?? 'postgres',
      ssl,
    }),
  };
}

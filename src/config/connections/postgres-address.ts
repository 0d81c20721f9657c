import { type Host, ConnectionInvalid, hostName, hostsOf, partsOf, portOf } from './connection-text.js';
import { postgresTls, type PostgresTls } from './postgres-tls.js';

const PORT = 5432;
/** Where Debian's server has its socket, then this machine, as `psql` without a host. */
const DEFAULT_HOSTS = ['/var/run/postgresql', 'localhost'];

/** A parsed `DATABASE_URL`. */
export interface PostgresAddress {
  /** In the order in which they are tried. */
  hosts: readonly Host[];
  user: string | null;
  password: string | null;
  database: string | null;
  tls: PostgresTls;
  /** Settings of the session. They replace the service's own. */
  settings: Readonly<Record<string, string>>;
  /** Prisma's `pgbouncer=true`: a transaction-mode pooler is in front of the server. */
  isPooled: boolean;
  /** Prisma's `connection_limit`. */
  connectionLimit: number | null;
}

/** Settings of a session that a URL may name. */
const SETTINGS = new Set(
  `datestyle intervalstyle timezone bytea_output search_path default_transaction_isolation options role work_mem
  statement_timeout lock_timeout idle_in_transaction_session_timeout default_transaction_read_only`.split(
    /\s+/,
  ),
);

/** Values without an effect here, because the service sets its own, or because they are what it does anyway. */
const PASSED_OVER: Readonly<Record<string, RegExp>> = {
  application_name: /./,
  fallback_application_name: /./,
  connect_timeout: /^\d+$/,
  pool_timeout: /^\d+$/,
  socket_timeout: /^\d+$/,
  statement_cache_size: /^\d+$/,
  keepalives: /^[01]$/,
  keepalives_idle: /^\d+$/,
  keepalives_interval: /^\d+$/,
  keepalives_count: /^\d+$/,
  tcp_user_timeout: /^\d+$/,
  client_encoding: /^(?:auto|utf-?8)$/i,
  gssencmode: /^(?:disable|prefer)$/,
  load_balance_hosts: /^disable$/,
  target_session_attrs: /^(?:any|read-write|primary)$/,
  schema: /^public$/,
};

const OF_TLS = new Set(
  `ssl sslmode sslrootcert sslcert sslkey sslsni sslnegotiation channel_binding`.split(/\s+/),
);
const OF_PLACE = new Set(['host', 'port', 'user', 'password', 'dbname', 'pgbouncer', 'connection_limit']);

/**
 * Reads a URL as `psql` does, and those of other libraries. The same for the service and all commands. Throws
 * `ConnectionInvalid`.
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  const parts = partsOf(text, ['postgres', 'postgresql']);
  const given = new Map(parts.parameters.map(([name, value]) => [name.toLowerCase(), value]));
  refuseUnknown(given);
  const at = (name: string): string | null => given.get(name) || null;
  const limit = at('connection_limit');
  if (limit !== null && !/^[1-9]\d{0,2}$/.test(limit))
    throw new ConnectionInvalid('has a connection_limit that is no number from 1 to 999');
  return {
    hosts: placesOf(parts.hosts, at('host'), at('port')),
    user: at('user') ?? parts.user,
    password: at('password') ?? parts.password,
    database: at('dbname') ?? (parts.database || null),
    tls: postgresTls(given),
    settings: Object.fromEntries([...given].filter(([name]) => SETTINGS.has(name) || name.includes('.'))),
    isPooled: /^(?:true|1)$/.test(at('pgbouncer') ?? ''),
    connectionLimit: limit === null ? null : Number(limit),
  };
}

/** The parameters `host` and `port` replace those of the URL, each one or a list. */
function placesOf(hosts: string, host: string | null, port: string | null): Host[] {
  const named = hosts === '' && host === null ? DEFAULT_HOSTS.map((name) => ({ name, port: PORT })) : [];
  const places =
    host === null
      ? hostsOf(hosts, PORT)
      : host.split(',').map((name) => ({ name: hostName(name), port: PORT }));
  const own = named.length > 0 ? named : places;
  const ports = port === null ? [] : port.split(',').map((one) => portOf(one, PORT));
  if (ports.length > 1 && ports.length !== own.length)
    throw new ConnectionInvalid('must have one port, or one for each host');
  return own.map(({ name, port: written }, index) => ({
    name: name || 'localhost',
    port: ports[index] ?? ports[0] ?? written,
  }));
}

function refuseUnknown(given: ReadonlyMap<string, string>): void {
  for (const [name, value] of given) {
    if (name === 'schema' && value !== 'public')
      throw new ConnectionInvalid('has the parameter schema, but all tables are in the schema public');
    if (PASSED_OVER[name]?.test(value)) continue;
    if (name in PASSED_OVER) throw new ConnectionInvalid(`has a value of ${name} that is not supported`);
    const isKnown = OF_PLACE.has(name) || OF_TLS.has(name) || SETTINGS.has(name);
    if (isKnown || /^[a-z_]+\.[a-z_]+$/.test(name)) continue;
    // After a password among the parameters, a name may be the rest of that password.
    const shown = given.has('password') || !/^[a-z_]+$/.test(name) ? 'a parameter' : `the parameter ${name},`;
    throw new ConnectionInvalid(`has ${shown} that is not supported (docs/operations.md)`);
  }
}

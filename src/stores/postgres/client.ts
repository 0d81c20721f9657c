import type { Socket } from 'node:net';

import postgres from 'postgres';

import type { Host } from '../../config/connections/connection-text.js';
import { parsePostgresUrl, type PostgresAddress } from '../../config/connections/postgres-address.js';
import { connectTo, failed } from './connect.js';
import { POOLED_SESSION_SETTINGS, SESSION_SETTINGS } from './session-settings.js';

/** A driver client whose connections can be cut, which the driver itself does not offer. */
export interface CuttableClient {
  sql: postgres.Sql;
  /**
   * Destroys every open connection. Waiting queries fail at once, and later queries connect anew: to the next host, if the
   * URL names several.
   */
  cut: () => void;
  /**
   * Waits for queries under way up to the limit, then cuts. Nothing is opened any more, not even by the driver itself.
   */
  close: (timeoutSeconds: number) => Promise<void>;
}

export interface ClientOptions {
  url: string;
  max: number;
  prepare: boolean;
  /** The server is behind a transaction-mode pooler, which refuses most settings of a session. */
  isPooled?: boolean;
  applicationName: string;
  /**
   * Limits each statement, and each pause of a transaction. A pooler refuses the setting, so there the role must have
   * it.
   */
  statementTimeoutMs?: number;
  connectTimeoutSeconds?: number;
  /** Whether an idle connection is kept for ever. */
  isKept?: boolean;
}

/** The place of the host that all clients of this process use, in the list of each URL. */
const inUse = new Map<string, number>();

/** Opens no connection yet. Times out a connection attempt after 2 s and reconnects without delay. */
export function openClient(given: ClientOptions): CuttableClient {
  const { url, max, prepare, connectTimeoutSeconds = 2, isKept = false } = given;
  const address = parsePostgresUrl(url);
  const sockets = new Map<Socket, number>();
  let isClosed = false;
  // The driver waits in vain for a connection that was to be opened when the client was closed.
  const refused = Promise.withResolvers<void>();
  const leave = (place: number): void => {
    if (address.hosts.length > 1 && placeInUse(url, address) === place) inUse.set(url, place + 1);
  };
  const cut = (): void => {
    const places = new Set(sockets.values());
    for (const socket of sockets.keys())
      socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
    const place = placeInUse(url, address);
    if (places.has(place)) leave(place);
  };
  const connectHost = (host: Host, place: number): Promise<Socket> =>
    connectTo(host, address, connectTimeoutSeconds * 1_000, (socket) => {
      sockets.set(socket, place);
      socket.once('close', () => {
        sockets.delete(socket);
        // A host that accepts a connection and says nothing.
        if (socket.bytesRead === 0) leave(place);
      });
    });
  // Not a literal in the call, because the driver's types do not know `socket`.
  const options = {
    ...driverAddress(address),
    max,
    prepare,
    connect_timeout: connectTimeoutSeconds,
    ...(isKept ? { max_lifetime: null } : { idle_timeout: 300 }),
    backoff: () => 0.05,
    fetch_types: false,
    onnotice: () => undefined,
    connection: sessionOf(given, address),
    // A connection whose factory threw never leaves the pool, which is right for a closed client, because the driver
    // restores a lost LISTEN even on a client that was ended.
    socket: async (): Promise<Socket> => {
      let lastError: unknown = null;
      for (let tried = 0; tried < address.hosts.length; tried += 1) {
        if (isClosed) {
          refused.resolve();
          throw new Error('This client is closed');
        }
        const place = placeInUse(url, address);
        const host = address.hosts[place];
        if (!host) break;
        try {
          // The driver names both in its messages.
          return Object.assign(await connectHost(host, place), { host: host.name, port: host.port });
        } catch (error) {
          lastError = error;
          leave(place);
        }
      }
      return failed(lastError);
    },
  };
  const sql = postgres(options);
  return {
    sql,
    cut,
    close: async (timeoutSeconds) => {
      isClosed = true;
      const ended = sql.end({ timeout: timeoutSeconds });
      await Promise.race([ended, refused.promise.then(() => allClosed(sockets.keys()))]);
      cut();
    },
  };
}

/** When queries that were under way have ended, the driver ends their connections. */
const allClosed = (sockets: Iterable<Socket>): Promise<unknown> =>
  Promise.all(
    Array.from(sockets, (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
  );

const placeInUse = (url: string, { hosts }: PostgresAddress): number => (inUse.get(url) ?? 0) % hosts.length;

/**
 * For the driver, which connects through our own sockets: the host only appears in its messages. Its types do not know the
 * lists, which it takes as they are: it cuts a text at its colons, and so an IPv6 address.
 */
const driverAddress = ({ hosts, user, password, database }: PostgresAddress): object => ({
  host: hosts.slice(0, 1).map(({ name }) => name),
  port: hosts.slice(0, 1).map(({ port }) => port),
  ssl: false,
  ...(user === null ? {} : { user }),
  ...(password === null ? {} : { password }),
  ...(database === null ? {} : { database }),
});

/** What the URL names takes precedence. */
function sessionOf(
  { applicationName, prepare, isPooled = !prepare, statementTimeoutMs }: ClientOptions,
  { settings }: PostgresAddress,
): Record<string, string | number> {
  const ours: Record<string, string | number> = {
    ...(isPooled ? POOLED_SESSION_SETTINGS : SESSION_SETTINGS),
    ...(isPooled || statementTimeoutMs === undefined ? {} : boundsOf(statementTimeoutMs)),
  };
  const unnamed = Object.entries(ours).filter(([name]) => !(name.toLowerCase() in settings));
  return { application_name: applicationName, ...Object.fromEntries(unnamed), ...settings };
}

const boundsOf = (ms: number) => ({
  statement_timeout: ms,
  idle_in_transaction_session_timeout: ms,
});

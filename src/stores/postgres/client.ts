import { connect, type Socket } from 'node:net';

import postgres from 'postgres';

import { POOLED_SESSION_SETTINGS, SESSION_SETTINGS } from './session-settings.js';

/** A driver client whose connections can be cut, which the driver itself does not offer. */
export interface CuttableClient {
  sql: postgres.Sql;
  /** Destroys every open connection. Waiting queries fail at once, and later queries connect anew. */
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
}

/** Opens no connection yet. Times out a connection attempt after 2 s and reconnects without delay. */
export function openClient({
  url,
  max,
  prepare,
  isPooled = !prepare,
  applicationName,
  statementTimeoutMs,
}: ClientOptions): CuttableClient {
  const sockets = new Set<Socket>();
  let isClosed = false;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
  };
  const options = {
    max,
    prepare,
    connect_timeout: 2,
    idle_timeout: 300,
    backoff: () => 0.05,
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: applicationName,
      ...(isPooled ? POOLED_SESSION_SETTINGS : SESSION_SETTINGS),
      ...(isPooled || statementTimeoutMs === undefined ? {} : boundsOf(statementTimeoutMs)),
    },
    // An unconnected socket buffers the start-up packet. A connection whose factory threw never leaves the pool, which
    // is right for a closed client, because the driver restores a lost LISTEN even on a client that was ended.
    socket: ({ host, port }: { host: string[]; port: number[] }): Socket => {
      if (isClosed) throw new Error('This client is closed');
      const socket = connect({
        host: host[0] ?? '127.0.0.1',
        port: port[0] ?? 5432,
        noDelay: true,
        keepAlive: true,
      });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  };
  const sql = postgres(url, options);
  return {
    sql,
    cut,
    close: async (timeoutSeconds) => {
      isClosed = true;
      await sql.end({ timeout: timeoutSeconds });
      cut();
    },
  };
}

const boundsOf = (ms: number) => ({
  statement_timeout: ms,
  idle_in_transaction_session_timeout: ms,
});

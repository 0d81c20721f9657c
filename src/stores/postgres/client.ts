import { connect, type Socket } from 'node:net';

import postgres from 'postgres';

/** A driver client whose connections can be cut, which the driver itself does not offer. */
export interface CuttableClient {
  sql: postgres.Sql;
  /** Destroys every open connection: waiting queries fail at once, later ones connect anew. */
  cut: () => void;
}

export interface ClientOptions {
  url: string;
  max: number;
  prepare: boolean;
  applicationName: string;
}

/** Opens no connection yet. Times out a connection attempt after 1 s and reconnects without delay. */
export function openClient({ url, max, prepare, applicationName }: ClientOptions): CuttableClient {
  const sockets = new Set<Socket>();
  const options = {
    max,
    prepare,
    connect_timeout: 1,
    idle_timeout: 300,
    backoff: () => 0.05,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: applicationName },
    // An unconnected socket buffers the start-up packet. One that threw here would never leave the pool.
    socket: ({ host, port }: { host: string[]; port: number[] }): Socket => {
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
  return {
    sql: postgres(url, options),
    cut: () => {
      for (const socket of sockets) socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
    },
  };
}

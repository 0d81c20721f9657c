import { type Host, isSocket } from '../../config/connections/connection-text.js';
import type { RedisAddress } from '../../config/connections/redis-address.js';

/** One server, with the login of the address. */
export interface RedisServer extends Omit<RedisAddress, 'hosts' | 'isCluster'> {
  host: Host;
}

/** A host of the address, or a further node of its cluster. */
export const serverAt = ({ isTls, user, password, database }: RedisAddress, host: Host): RedisServer => ({
  host,
  isTls,
  user,
  password,
  database,
});

/** For node-redis, which does not reconnect by itself then. */
export function redisOptions({ host, isTls, user, password, database }: RedisServer) {
  const always = { connectTimeout: 500, reconnectStrategy: false, noDelay: true, keepAlive: 5_000 } as const;
  const place = isSocket(host)
    ? { path: host.name }
    : { host: host.name || 'localhost', port: host.port, ...(isTls ? { tls: true as const } : {}) };
  return {
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    database,
    disableOfflineQueue: true,
    socket: { ...always, ...place },
  };
}

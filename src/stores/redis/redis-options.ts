import { isSocket } from '../../config/connections/connection-text.js';
import { parseRedisUrl } from '../../config/connections/redis-address.js';

/** For node-redis, which does not reconnect by itself then. */
export function redisOptions(url: string) {
  const { host, isTls, user, password, database } = parseRedisUrl(url);
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

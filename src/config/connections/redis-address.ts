import { ConnectionInvalid, type Host, hostsOf, partsOf } from './connection-text.js';

const PORT = 6379;

/** A parsed `REDIS_URL`. */
export interface RedisAddress {
  host: Host;
  isTls: boolean;
  user: string | null;
  password: string | null;
  database: number;
}

/** Throws `ConnectionInvalid`. */
export function parseRedisUrl(text: string): RedisAddress {
  const { scheme, user, password, hosts, database, parameters } = partsOf(text, ['redis', 'rediss']);
  if (parameters.length > 0) throw new ConnectionInvalid('must have no parameters');
  if (!/^\d{0,5}$/.test(database)) throw new ConnectionInvalid('must have a number as its database');
  const [host, ...others] = hostsOf(hosts || 'localhost', PORT);
  if (!host || others.length > 0)
    throw new ConnectionInvalid('must have one host: a cluster is not supported');
  return { host, isTls: scheme === 'rediss', user, password, database: Number(database) };
}

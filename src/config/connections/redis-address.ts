import { ConnectionInvalid, type Host, hostsOf, isSocket, partsOf } from './connection-text.js';

const PORT = 6379;

/** A parsed `REDIS_URL`. */
export interface RedisAddress {
  /** Of one server, or of some nodes of a cluster, which know the others. */
  hosts: readonly Host[];
  isCluster: boolean;
  isTls: boolean;
  user: string | null;
  password: string | null;
  database: number;
}

/** Several hosts are a cluster. `?cluster=true` says that of one host. Throws `ConnectionInvalid`. */
export function parseRedisUrl(text: string): RedisAddress {
  const { scheme, user, password, hosts: names, database, parameters } = partsOf(text, ['redis', 'rediss']);
  if (!/^\d{0,5}$/.test(database)) throw new ConnectionInvalid('must have a number as its database');
  const hosts = hostsOf(names || 'localhost', PORT);
  const isCluster = hosts.length > 1 || parameters.length > 0;
  if (parameters.some(([name, value]) => name !== 'cluster' || value !== 'true'))
    throw new ConnectionInvalid('must have no parameters but cluster=true');
  if (isCluster && Number(database) !== 0)
    throw new ConnectionInvalid('must have no database but 0, because a cluster has no other');
  if (isCluster && hosts.some((host) => isSocket(host) || host.name === ''))
    throw new ConnectionInvalid('must have a name or an address for each node of a cluster');
  return { hosts, isCluster, isTls: scheme === 'rediss', user, password, database: Number(database) };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addressOf, hostText } from '../../../src/config/connections/connection-text.js';
import { mongoUriOf } from '../../../src/config/connections/mongo-uri.js';
import { parsePostgresUrl } from '../../../src/config/connections/postgres-address.js';
import { parseRedisUrl } from '../../../src/config/connections/redis-address.js';
import { ConfigInvalid, parseConfig } from '../../../src/config/parse-config.js';

const STORES = { DATABASE_URL: 'postgres://u:p@db/app', MONGODB_URI: 'mongodb://mongo/app' };

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig({ ...STORES, ...env });
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.faults;
    throw error;
  }
}

/** `host:port` of each host, user, password and database. */
const shortOf = (url: string) => {
  const { hosts, user, password, database } = parsePostgresUrl(url);
  return [hosts.map(({ name, port }) => `${name}:${port}`).join(), user, password, database];
};

const SOCKET = '/var/run/postgresql';

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://db/x', ['db:5432', null, null, 'x']],
    ['postgresql://u@db', ['db:5432', 'u', null, null]],
    ['postgres://u:p@a:1,b:2,c/x', ['a:1,b:2,c:5432', 'u', 'p', 'x']],
    ['postgres://u:p@[::1]:6/x', ['::1:6', 'u', 'p', 'x']],
    ['postgres://u:p@[fe80::1%25eth0]/x', ['fe80::1%eth0:5432', 'u', 'p', 'x']],
    ['postgres:///x?host=/tmp', ['/tmp:5432', null, null, 'x']],
    ['postgres:///x?host=/tmp&port=6', ['/tmp:6', null, null, 'x']],
    ['postgres://u:p@%2Fvar%2Frun%2Fpostgresql:6/x', [`${SOCKET}:6`, 'u', 'p', 'x']],
    ['postgres://u@/x', [`${SOCKET}:5432,localhost:5432`, 'u', null, 'x']],
    ['postgres:///?host=a,b&port=1,2&user=u&password=p&dbname=x', ['a:1,b:2', 'u', 'p', 'x']],
    ['postgres:///x?host=::1', ['::1:5432', null, null, 'x']],
    ['postgres://u:50%@db/x', ['db:5432', 'u', '50%', 'x']],
    ['postgres://u:50%off@db/x', ['db:5432', 'u', '50%off', 'x']],
    ['postgres://u:a#b@db/x', ['db:5432', 'u', 'a#b', 'x']],
    ['postgres://u:a@b@db/x', ['db:5432', 'u', 'a@b', 'x']],
    ['postgres://u:a,b@db/x', ['db:5432', 'u', 'a,b', 'x']],
    ['postgres://u:1/2@db/x', ['db:5432', 'u', '1/2', 'x']],
    ['postgres://u:1?a=b@db/x', ['db:5432', 'u', '1?a=b', 'x']],
    ['postgres://u:a:b@db/x', ['db:5432', 'u', 'a:b', 'x']],
    ['postgres://u%40h:%25%23%40%2C@db/x', ['db:5432', 'u@h', '%#@,', 'x']],
    ['postgres://u:p@db/my%20data%2Fbase', ['db:5432', 'u', 'p', 'my data/base']],
  ])('%s', (url, expected) => {
    expect(shortOf(url)).toEqual(expected);
    expect(faultsOf({ DATABASE_URL: url })).toEqual([]);
  });

  it.each([
    ['sslmode=verify-full', { mode: 'verify-full', ca: null, sendsName: true }],
    ['ssl=true', { mode: 'require' }],
    ['sslmode=allow', { mode: 'prefer' }],
    ['sslrootcert=system', { mode: 'verify-full', ca: null }],
    ['sslmode=require&sslsni=0', { mode: 'require', sendsName: false }],
    ['sslmode=require&sslnegotiation=direct', { isDirect: true }],
    ['sslmode=verify-full&channel_binding=require', { mode: 'verify-full' }],
    ['channel_binding=prefer&connect_timeout=10&application_name=x&schema=public', { mode: 'disable' }],
  ])('reads ?%s', (query, tls) => {
    expect(parsePostgresUrl(`postgres://db/x?${query}`).tls).toMatchObject(tls);
  });

  it('keeps settings of the session, and what a URL of Prisma says', () => {
    const url = 'postgres://db/x?search_path=a&app.tenant=1&pgbouncer=true&connection_limit=5';
    expect(parsePostgresUrl(url).settings).toEqual({ search_path: 'a', 'app.tenant': '1' });
    const { postgres } = parseConfig({ ...STORES, DATABASE_URL: url });
    expect([postgres.prepare, postgres.poolMax]).toEqual([false, 5]);
    const ours = parseConfig({
      ...STORES,
      DATABASE_URL: url,
      DATABASE_PREPARE: 'true',
      DATABASE_POOL_MAX: '7',
    });
    expect([ours.postgres.prepare, ours.postgres.poolMax]).toEqual([true, 7]);
  });

  describe('with certificates', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'triptych-config-'));
    const file = path.join(folder, 'root.pem');
    beforeAll(() => writeFileSync(file, 'a certificate'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it('reads the files that it names', () => {
      const { tls } = parsePostgresUrl(`postgres://db/x?sslmode=require&sslrootcert=${file}`);
      expect(tls).toMatchObject({ mode: 'verify-ca', ca: 'a certificate' });
      expect(faultsOf({ DATABASE_URL: 'postgres://db/x?sslrootcert=/nowhere.pem' })).toEqual([
        'DATABASE_URL names a file in sslrootcert that cannot be read',
      ]);
    });
  });

  it.each([
    'mysql://u:hunter2@db/x',
    'postgres:/u:hunter2@db',
    'postgres://u:hunter2@db:0/x',
    'postgres://u:hunter2@db:hunter2/x',
    'postgres://u:hunter2@::1/x',
    'postgres://u:hunter2@db/x#hunter2',
    'postgres://u:hunter2@db/x?hunter2',
    'postgres://u:hunter2@db/x?schema=hunter2',
    'postgres://db/x?password=a&hunter2=b',
    'postgres://u:hunter2@db/x?sslmode=hunter2',
    'postgres://u:hunter2@db/x?channel_binding=require',
    'postgres://u:hunter2@db/x?target_session_attrs=standby',
    'postgres://u:hunter2@db/x?connection_limit=hunter2',
    'postgres://u:hunter2@a,b/x?port=1,2,3',
    'postgres://u:hunter2',
  ])('refuses %s by the name of the variable, with no part of a password', (url) => {
    for (const name of ['DATABASE_URL', 'POSTGRES_URL']) {
      const faults = faultsOf({ DATABASE_URL: '', [name]: url });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(new RegExp(`^${name} `));
      expect(faults[0]).not.toContain('hunter2');
      expect(addressOf(url).split('?')[0]).not.toContain('u:hunter2');
    }
  });
});

describe('the parts of a connection', () => {
  const NONE = { DATABASE_URL: '', MONGODB_URI: 'mongodb://m/x' };

  it.each([
    [{ POSTGRES_HOST: '::1' }, 'postgres://[::1]:5432/triptych'],
    [{ POSTGRES_HOST: '[::1]', POSTGRES_PORT: '6' }, 'postgres://[::1]:6/triptych'],
    [{ POSTGRES_HOST: 'a,b', POSTGRES_PORT: '1,2' }, 'postgres://a:1,b:2/triptych'],
    [{ POSTGRES_HOST: 'a,b', POSTGRES_PORT: '1' }, 'postgres://a:1,b:1/triptych'],
    [{ POSTGRES_HOST: SOCKET }, 'postgres://%2Fvar%2Frun%2Fpostgresql:5432/triptych'],
    [{ POSTGRES_HOST: 'db', POSTGRES_PORT: 'tcp://10.96.0.7:5433' }, 'postgres://db:5433/triptych'],
    [{ POSTGRES_HOST: 'db', POSTGRES_DB: 'my data/base' }, 'postgres://db:5432/my%20data%2Fbase'],
    [
      { POSTGRES_HOST: 'db', POSTGRES_USER: 'u', POSTGRES_PASSWORD: '%41#@,/' },
      'postgres://u:%2541%23%40%2C%2F@db:5432/triptych',
    ],
  ])('of PostgreSQL: %j', (env, url) => {
    expect(parseConfig({ ...NONE, ...env }).postgres.url).toBe(url);
  });

  it.each([
    [{ REDIS_HOST: 'r' }, 'redis://r:6379'],
    [
      { REDIS_HOST: 'r', REDIS_USERNAME: 'u', REDIS_PASSWORD: 'p@', REDIS_DB: '2', REDIS_TLS: 'true' },
      'rediss://u:p%40@r:6379/2',
    ],
    [{ REDIS_HOST: 'r', REDIS_PASSWORD: 'p', REDIS_TLS: 'false' }, 'redis://:p@r:6379'],
    [{ REDIS_HOST: '::1', REDIS_PORT: 'tcp://10.96.0.8:6380' }, 'redis://[::1]:6380'],
  ])('of Redis: %j', (env, url) => {
    expect(parseConfig({ ...STORES, ...env }).redis.url).toBe(url);
  });

  it.each([
    [
      { ...NONE, POSTGRES_HOST: 'db', POSTGRES_PORT: 'secret' },
      'POSTGRES_PORT must have a port from 1 to 65535',
    ],
    [{ ...NONE, CODEAI_DB_HOST: 'u:secret@db' }, 'CODEAI_DB_HOST must have a host name or an address'],
    [{ REDIS_HOST: 'r', REDIS_TLS: 'secret' }, 'REDIS_TLS must be true or false'],
    [{ REDIS_HOST: 'r', REDIS_DB: 'secret' }, 'REDIS_DB must be the number of a database'],
    [
      { MONGODB_URI: '', MONGODB_HOST: 'm', MONGODB_PORT: '70000' },
      'MONGODB_PORT must have a port from 1 to 65535',
    ],
    [{ DB_POOL_MAX_SIZE: 'secret' }, 'DB_POOL_MAX_SIZE must be a whole number'],
  ])('are refused by their names: %j', (env, fault) => {
    expect(faultsOf(env)).toEqual([fault]);
  });
});

describe('MONGODB_URI and REDIS_URL', () => {
  it.each([
    ['mongodb://u:p@a:1,b:2/x?replicaSet=r', 'mongodb://u:p@a:1,b:2/x?replicaSet=r'],
    ['mongodb://u:a@b#c%,@m/x', 'mongodb://u:a%40b%23c%25%2C@m/x'],
    ['mongodb+srv://u:p%2Fw@cluster.example/x', 'mongodb+srv://u:p%2Fw@cluster.example/x'],
    [
      'mongodb://acct:k%3D%3D@acct.mongo.cosmos.azure.com:10255/?ssl=true&appName=@acct@',
      'mongodb://acct:k%3D%3D@acct.mongo.cosmos.azure.com:10255/?ssl=true&appName=@acct@',
    ],
  ])('%s', (given, uri) => {
    expect(mongoUriOf(given)).toBe(uri);
  });

  it.each([
    ['redis://r', ['r', 6379, false, null, null, 0]],
    ['rediss://:a@b%@[::1]:1/3', ['::1', 1, true, null, 'a@b%', 3]],
    ['redis://u:p@r:2', ['r', 2, false, 'u', 'p', 0]],
  ])('%s', (url, expected) => {
    const { hosts, isCluster, isTls, user, password, database } = parseRedisUrl(url);
    expect(isCluster).toBe(false);
    expect([hosts[0]?.name, hosts[0]?.port, isTls, user, password, database]).toEqual(expected);
  });

  it.each([
    ['redis://a,b:2', [false, null, null, 'a:6379', 'b:2']],
    ['rediss://u:p,w@a:1,[::1]:2,c/0', [true, 'u', 'p,w', 'a:1', '[::1]:2', 'c:6379']],
    ['redis://a?cluster=true', [false, null, null, 'a:6379']],
  ])('of a cluster: %s', (url, expected) => {
    const { hosts, isCluster, isTls, user, password, database } = parseRedisUrl(url);
    expect([isCluster, database]).toEqual([true, 0]);
    expect([isTls, user, password, ...hosts.map(hostText)]).toEqual(expected);
  });

  it.each([
    ['redis://:hunter2@a,b/1', 'REDIS_URL must have no database but 0, because a cluster has no other'],
    [
      'redis://:hunter2@a/2?cluster=true',
      'REDIS_URL must have no database but 0, because a cluster has no other',
    ],
    ['redis://:hunter2@a,', 'REDIS_URL must have a name or an address for each node of a cluster'],
    [
      'redis://:hunter2@a,%2Frun%2Fredis',
      'REDIS_URL must have a name or an address for each node of a cluster',
    ],
    ['redis://:hunter2@a,b:port', 'REDIS_URL must have a port from 1 to 65535'],
    ['redis://:hunter2@a,b?cluster=hunter2', 'REDIS_URL must have no parameters but cluster=true'],
  ])('of a cluster are refused by name: %s', (url, fault) => {
    expect(faultsOf({ REDIS_URL: url })).toEqual([fault]);
  });

  it.each([
    [{ MONGO_URL: 'mongodb://u:hunter2@m:port/x', MONGODB_URI: '' }, 'MONGO_URL'],
    [{ MONGODB_URI: 'mongodb+srv://u:hunter2@a:1/x' }, 'MONGODB_URI'],
    [{ MONGODB_URI: 'mongodb://u:hunter2@::1/x' }, 'MONGODB_URI'],
    [{ REDIS_URL: 'redis://:hunter2@a,b/1' }, 'REDIS_URL'],
    [{ REDIS_URL: 'redis://:hunter2@a/cache' }, 'REDIS_URL'],
    [{ REDIS_URL: 'redis://:hunter2@a?family=6' }, 'REDIS_URL'],
  ])('are refused by name: %j', (env, name) => {
    const faults = faultsOf(env);
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([name]);
    expect(faults.join()).not.toContain('hunter2');
  });
});

describe('DATABASE_MAX_CONNECTIONS', () => {
  const REDIS_URL = 'redis://r';

  it.each([
    [{ REDIS_URL }, [10, 3]],
    [{ REDIS_URL, DATABASE_POOL_MAX: '2' }, [2, 3]],
    [{ REDIS_URL, DATABASE_MAX_CONNECTIONS: '6' }, [1, 1]],
    [{ REDIS_URL, DATABASE_MAX_CONNECTIONS: '17' }, [10, 3]],
    [{ REDIS_URL, DATABASE_MAX_CONNECTIONS: '30' }, [23, 3]],
    [{ REDIS_URL, DATABASE_MAX_CONNECTIONS: '30', DATABASE_POOL_MAX: '9' }, [9, 3]],
    [{ DATABASE_MAX_CONNECTIONS: '4', PROCESS_ROLE: 'api' }, [2, 1]],
  ])('%j gives requests and queues their shares', (env, shares) => {
    const { poolMin, poolMax, queueConnections } = parseConfig({ ...STORES, ...env }).postgres;
    expect([poolMax, queueConnections]).toEqual(shares);
    expect(poolMin).toBeLessThanOrEqual(poolMax);
  });

  it('is refused where no request would have a connection', () => {
    expect(faultsOf({ REDIS_URL, DATABASE_MAX_CONNECTIONS: '5' })).toEqual([
      'DATABASE_MAX_CONNECTIONS must be at least 6 for this process',
    ]);
  });
});

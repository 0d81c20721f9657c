import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql as text } from 'drizzle-orm';
import type { Sql } from 'postgres';

import { parseConfig } from '../../../src/config/parse-config.js';
import { embeddedPostgres } from '../../../src/stores/embedded/embedded-postgres.js';
import { clusterFolder, postgresEnv } from '../../../src/stores/embedded/postgres-cluster.js';
import { placePostgres } from '../../../src/stores/embedded/postgres-placement.js';
import { spawnDetached } from '../../../src/stores/embedded/store-server.js';
import { openClient } from '../../../src/stores/postgres/client.js';
import { withConnection } from '../../../src/stores/postgres/migrations/index.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { PrivateStore, privateDataDir } from '../../support/private-store.js';
import { testCertificate, type TestCertificate, TlsStandIn } from '../../support/tls-stand-in.js';

const one = async (sql: Sql): Promise<unknown> => (await sql`select 1 as one`)[0]?.['one'];

/** As the service connects, and as the commands do. */
const WAYS = [
  [
    'the service',
    async (url: string): Promise<unknown> => {
      const client = openClient({ url, max: 1, prepare: true, applicationName: 'connections' });
      try {
        return await one(client.sql);
      } finally {
        await client.close(1);
      }
    },
  ],
  ['the commands', (url: string): Promise<unknown> => withConnection(url, one)],
] as const;

describe.each(WAYS)('PostgreSQL, reached by %s', (_who, ask) => {
  let store: PrivateStore;
  let sockets: string;
  let certificate: TestCertificate;
  let url: URL;
  beforeAll(async () => {
    sockets = mkdtempSync(path.join(os.tmpdir(), 'triptych-sockets-'));
    const data = await privateDataDir('connections', { fresh: false });
    const server = await embeddedPostgres(data);
    const placement = await placePostgres(data);
    if (placement.user) chownSync(sockets, placement.user.uid, placement.user.gid);
    store = await PrivateStore.start({
      ...server,
      spawn: (port) =>
        Promise.resolve(
          spawnDetached({
            file: path.join(placement.bin, 'postgres'),
            args: [
              ...['-D', clusterFolder(placement), '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
              ...['-c', `unix_socket_directories=${sockets}`],
            ],
            ...{ cwd: placement.home, ...postgresEnv(), logFile: server.logFile, ...placement.user },
          }),
        ),
    });
    url = new URL(store.url);
    certificate = testCertificate();
  });
  afterAll(async () => {
    certificate.remove();
    await store.stop();
    rmSync(sockets, { recursive: true });
  });

  const login = (): string => `${url.username}:${url.password}`;

  it('through its Unix socket, in each spelling', async () => {
    const [database, folder] = [url.pathname.slice(1), encodeURIComponent(sockets)];
    for (const spelling of [
      `postgres:///${database}?host=${sockets}&port=${url.port}&user=${url.username}&password=${url.password}`,
      `postgresql://${login()}@/${database}?host=${folder}&port=${url.port}`,
      `postgres://${login()}@${folder}:${url.port}/${database}`,
    ])
      expect(await ask(spelling)).toBe(1);
  });

  it('at the second host, where the first is dead', async () => {
    expect(await ask(`postgres://${login()}@127.0.0.1:1,127.0.0.1:${url.port}${url.pathname}`)).toBe(1);
    expect(await ask(`postgres://${login()}@nowhere.invalid,127.0.0.1:${url.port}${url.pathname}`)).toBe(1);
  });

  it('with TLS, by the name of the host', async () => {
    const standIn = await TlsStandIn.start(Number(url.port), certificate);
    const at = (host: string, query: string): string =>
      `postgres://${login()}@${host}:${standIn.port}${url.pathname}?${query}`;
    try {
      expect(await ask(at('localhost', `sslmode=verify-full&sslrootcert=${certificate.file}`))).toBe(1);
      expect(await ask(at('localhost', 'sslmode=require'))).toBe(1);
      expect(await ask(at('localhost', 'sslmode=prefer'))).toBe(1);
      expect(await ask(at('127.0.0.1', `sslmode=verify-ca&sslrootcert=${certificate.file}`))).toBe(1);
      expect(await ask(at('localhost', 'sslmode=require&sslsni=0'))).toBe(1);
      expect(standIn.names.map((name) => name || null)).toEqual([
        ...['localhost', 'localhost', 'localhost', null, null],
      ]);
      await expect(ask(at('localhost', 'sslmode=verify-full'))).rejects.toThrow();
      await expect(
        ask(at('127.0.0.1', `sslmode=verify-full&sslrootcert=${certificate.file}`)),
      ).rejects.toThrow();
    } finally {
      await standIn.stop();
    }
  });

  it('without TLS only if that is wanted', async () => {
    expect(await ask(`${url.href}?sslmode=prefer`)).toBe(1);
    await expect(ask(`${url.href}?sslmode=require`)).rejects.toThrow();
  });

  it('at the second host, once the first has stopped to answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const postgres = new Postgres(
      parseConfig({
        DATABASE_URL: `postgres://${login()}@127.0.0.1:${port},127.0.0.1:${url.port}${url.pathname}?application_name=x`,
        MONGODB_URI: 'mongodb://m/x',
        LOG_LEVEL: 'silent',
      }),
    );
    try {
      await postgres.onModuleInit();
      const answered = await eventually(
        () =>
          postgres
            .run((db) => db.execute(text`select 1`))
            .then(
              () => true,
              () => false,
            ),
        (isAnswered) => isAnswered,
        20_000,
      );
      expect(answered).toBe(true);
    } finally {
      await postgres.onApplicationShutdown();
      silent.close();
    }
  });
});

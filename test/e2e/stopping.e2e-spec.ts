import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { createApp } from '../../src/app.setup.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';
import { timeLimit } from '../support/time-limit.js';

const CLIENTS = 24;
/** Half of the time that a process takes at the most when something hangs. */
const STOPPED_WITHIN_MS = timeLimit(5_000);
/** More than a connection may carry nothing before it is closed. */
const NO_PROCESSOR_MS = 800;

/** One connection that is kept, and used until the server ends it. */
class KeptConnection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  answered = 0;
  isEnded = false;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async use(): Promise<void> {
    while (!this.isEnded) await this.send(this.answered % 3 === 2 ? newAccount() : null);
  }

  /** Creates `account`, or reads a list. Rejects where the connection breaks or the answer is no success. */
  send(account: object | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = {
        agent: this.agent,
        method: account ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      };
      const sent = request(`${this.url}/api/v1/users`, options, (response) => {
        this.isEnded = response.headers.connection === 'close';
        const isFine = response.statusCode === (account ? 201 : 200);
        response.on('error', reject).resume();
        response.on('end', () => {
          this.answered += 1;
          if (isFine) resolve();
          else reject(new Error(`answered ${response.statusCode}`));
        });
      });
      sent.on('error', reject).end(account ? JSON.stringify(account) : undefined);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Whether no process accepts new connections there. */
const isRefused = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

describe('a process that is told to stop', () => {
  let stores: TestStores;
  let tenant: Tenant;
  let api: ApiProcess;
  let connections: KeptConnection[] = [];

  beforeAll(async () => {
    stores = await createTestStores();
    const app = await createApp(stores.config);
    tenant = await seedTenant(app);
    await app.close();
  });
  afterAll(() => stores.drop());
  beforeEach(async () => {
    api = await ApiProcess.start(stores.env);
    connections = Array.from({ length: CLIENTS }, () => new KeptConnection(api.url, tenant.token));
  });
  afterEach(async () => {
    for (const connection of connections) connection.close();
    await api.stop('SIGKILL');
  });

  const stop = async (signal: NodeJS.Signals): Promise<{ exitCode: number | null; elapsedMs: number }> => {
    const startedAt = performance.now();
    const exitCode = await api.stop(signal);
    return { exitCode, elapsedMs: performance.now() - startedAt };
  };

  /** Clients that use their connections until the process ends them; how that went once it has stopped. */
  async function underLoad(stopIt: () => ReturnType<typeof stop>) {
    const used = Promise.allSettled(connections.map((connection) => connection.use()));
    await eventually(
      () => Promise.resolve(connections.map(({ answered }) => answered)),
      (answered) => answered.every((count) => count >= 5),
      20_000,
    );
    const { exitCode, elapsedMs } = await stopIt();
    const failures = (await used).flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    console.info(`under load: stopped in ${elapsedMs.toFixed(0)} ms, ${failures.length} failures`);
    expect(failures).toEqual([]);
    expect(connections.filter(({ isEnded }) => !isEnded)).toEqual([]);
    expect(exitCode).toBe(0);
    return elapsedMs;
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers whatever arrives on its connections, and exits with 0 (%s)',
    async (signal) => {
      expect(await underLoad(() => stop(signal))).toBeLessThan(STOPPED_WITHIN_MS);
    },
  );

  it('answers what arrived while it got no processor', async () => {
    await underLoad(async () => {
      const stopped = stop('SIGTERM');
      await eventually(
        () => isRefused(api.url),
        (isSo) => isSo,
      );
      process.kill(Number(api.pid), 'SIGSTOP');
      await pause(NO_PROCESSOR_MS);
      process.kill(Number(api.pid), 'SIGCONT');
      return stopped;
    });
  });

  it('finishes a request that began before, and does not wait for its client to leave', async () => {
    const agent = new Agent({ keepAlive: true });
    const body = JSON.stringify(newAccount());
    const begun = request(`${api.url}/api/v1/users`, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        // The server's 100 says that it has the head of the request, and waits for the rest.
        expect: '100-continue',
      },
    });
    begun.flushHeaders();
    await once(begun, 'continue');
    const stopped = stop('SIGTERM');
    await eventually(
      () => isRefused(api.url),
      (isSo) => isSo,
    );
    begun.end(body);
    const [response] = (await once(begun, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(201);
    const { exitCode, elapsedMs } = await stopped;
    agent.destroy();
    expect(exitCode).toBe(0);
    expect(elapsedMs).toBeLessThan(STOPPED_WITHIN_MS);
  });

  it('does not wait for clients that keep a connection and say nothing', async () => {
    await Promise.all(connections.map((connection) => connection.send(null)));
    const { exitCode, elapsedMs } = await stop('SIGTERM');
    expect(exitCode).toBe(0);
    expect(elapsedMs).toBeLessThan(STOPPED_WITHIN_MS);
  });

  it('has two connections for requests: it stops in the same time', async () => {
    await api.stop('SIGKILL');
    api = await ApiProcess.start({ ...stores.env, DATABASE_POOL_MAX: '2' });
    connections = Array.from({ length: CLIENTS }, () => new KeptConnection(api.url, tenant.token));
    expect(await underLoad(() => stop('SIGTERM'))).toBeLessThan(STOPPED_WITHIN_MS);
  });

  it('keeps to the limit of its user at the server, and answers everything', async () => {
    await api.stop('SIGKILL');
    const url = new URL(stores.env['DATABASE_URL'] ?? '');
    const admin = postgres(url.href, { max: 1, onnotice: () => undefined });
    const role = `limited_${url.pathname.slice(1)}`;
    await admin.unsafe(`create role ${role} login password 'limited' connection limit 6`);
    await admin.unsafe(`grant ${decodeURIComponent(url.username)} to ${role}`);
    [url.username, url.password] = [role, 'limited'];
    try {
      const env = { ...stores.env, DATABASE_URL: url.href, DATABASE_MAX_CONNECTIONS: '6' };
      api = await ApiProcess.start(env);
      connections = Array.from({ length: CLIENTS }, () => new KeptConnection(api.url, tenant.token));
      let most = 0;
      const watch = setInterval(() => {
        void admin`select count(*)::int as count from pg_stat_activity where usename = ${role}`.then(
          ([row]) => (most = Math.max(most, Number(row?.['count']))),
        );
      }, 50);
      await underLoad(async () => {
        clearInterval(watch);
        return stop('SIGTERM');
      });
      expect(most).toBeGreaterThan(3);
      expect(most).toBeLessThanOrEqual(6);
    } finally {
      await api.stop('SIGKILL');
      await admin.unsafe(`drop owned by ${role}`);
      await admin.unsafe(`drop role ${role}`);
      await admin.end();
    }
  });
});

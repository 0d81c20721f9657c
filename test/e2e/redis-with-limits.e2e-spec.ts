import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from 'redis';

import { pingRedis } from '../../src/stores/embedded/ping.js';
import { freePort } from '../../src/stores/embedded/ports.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { eventually } from '../support/eventually.js';
import { describeWithPrivate, storeProgram } from '../support/store-programs.js';
import { createTestApp } from '../support/test-app.js';

describeWithPrivate('redis')('a Redis that answers and cannot be used', () => {
  let folder: string;
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-redis-'));
  });
  afterAll(async () => {
    for (const child of started) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<number> {
    const port = await freePort(undefined, new Set());
    // Otherwise it is the port plus 10,000, which may be none.
    const busPort = await freePort(undefined, new Set([port]));
    const program = storeProgram('redis')?.path ?? '';
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    const cluster = args.includes('--cluster-enabled') ? ['--cluster-port', String(busPort)] : [];
    started.push(spawn(program, [...own, ...cluster, ...args], { stdio: 'ignore' }));
    await eventually(
      () => pingRedis(port),
      (isReady) => isReady,
    );
    return port;
  }
  const tell = async (port: number, ...command: string[]): Promise<void> => {
    const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
    await client.sendCommand(command);
    await client.disconnect();
  };

  it.each([
    {
      what: 'its user may not run INFO',
      prepare: async () => {
        const port = await start();
        await tell(port, 'ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-info');
        return `redis://limited:secret@127.0.0.1:${port}`;
      },
      reason: 'INFO',
    },
    {
      what: 'its user may not write our keys',
      prepare: async () => {
        const port = await start();
        await tell(port, 'ACL', 'SETUSER', 'limited', 'on', '>secret', '~other:*', '&*', '+@all');
        return `redis://limited:secret@127.0.0.1:${port}`;
      },
      reason: 'NOPERM',
    },
    {
      what: 'it is full',
      prepare: async () => {
        const port = await start();
        await tell(port, 'CONFIG', 'SET', 'maxmemory', '1');
        return `redis://127.0.0.1:${port}`;
      },
      reason: 'OOM',
    },
    {
      what: 'it is one node of a cluster',
      prepare: async () => {
        const port = await start('--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf');
        await tell(port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '5460');
        return `redis://127.0.0.1:${port}`;
      },
      reason: 'redis://host1:6379,host2:6379',
    },
    {
      what: 'it is a replica',
      prepare: async () => {
        const [primary, replica] = [await start(), await start()];
        await tell(replica, 'REPLICAOF', '127.0.0.1', String(primary));
        return `redis://127.0.0.1:${replica}`;
      },
      reason: 'replica',
    },
  ])('says so in its health, and works: $what', async ({ prepare, reason }) => {
    const t = await createTestApp({ REDIS_URL: await prepare() });
    try {
      const { status, body } = await t.request('GET', '/health', { token: null });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'degraded',
        checks: { redis: { status: 'up', reason: expect.stringContaining(reason) } },
      });
      const read = await t.request('GET', `/api/v1/users/${t.tenant.userId}`);
      expect(read.status).toBe(200);
      expect(read.headers['cache-status']).toContain('fwd=');
    } finally {
      await t.close();
    }
  });

  it('keeps a row of the outbox for no longer than a cached answer could be served', async () => {
    const port = await start('--cluster-enabled', 'yes', '--cluster-config-file', 'pile.conf');
    await tell(port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '0');
    const t = await createTestApp({ REDIS_URL: `redis://127.0.0.1:${port}` });
    const { sql } = t.app.get(Postgres);
    const rows = async () => (await sql`select 1 from outbox_queue where not is_invalidated`).length;
    try {
      const before = await rows();
      for (let n = 0; n < 5; n += 1)
        expect((await t.request('POST', '/api/v1/users', { body: newAccount() })).status).toBe(201);
      expect(await rows()).toBe(before + 5);
      await sql`update outbox_events set recorded_at = recorded_at - interval '3 hours'
                where id in (select event_id from outbox_queue where not is_invalidated)`;
      expect(await eventually(rows, (count) => count === 0)).toBe(0);
    } finally {
      await t.close();
    }
  });
});

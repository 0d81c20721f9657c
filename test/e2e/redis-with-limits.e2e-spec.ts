import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from 'redis';

import { pingRedis } from '../../src/stores/embedded/ping.js';
import { freePort } from '../../src/stores/embedded/ports.js';
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
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function start(...args: string[]): Promise<number> {
    const port = await freePort(undefined, new Set());
    const program = storeProgram('redis')?.path ?? '';
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args];
    started.push(spawn(program, own, { stdio: 'ignore' }));
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
      what: 'it is one node of a cluster',
      prepare: async () => {
        const port = await start('--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf');
        await tell(port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '5460');
        return `redis://127.0.0.1:${port}`;
      },
      reason: 'cluster',
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
});

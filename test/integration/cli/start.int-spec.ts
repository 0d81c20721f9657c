import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort } from '../../../src/stores/embedded/ports.js';
import { eventually } from '../../support/eventually.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

/** npm, a shell and the service start one after the other. */
const START_MS = 120_000;

describe('npm start', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await createTestStores();
  });
  afterAll(() => stores.drop());

  const isLive = async (port: number): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/health/live`)).status === 200;
    } catch (error) {
      // What fetch throws while nothing listens there.
      if (error instanceof Error && error.name === 'TypeError') return false;
      throw error;
    }
  };

  it(
    'ends the service when it is told to end, and leaves the port free',
    async () => {
      const port = await freePort(undefined, new Set());
      const { NODE_ENV: _test, ...env } = stores.env;
      const npm = spawn('npm', ['start'], {
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          ...env,
          PORT: String(port),
          HOST: '127.0.0.1',
        },
        stdio: 'ignore',
      });
      const exit = once(npm, 'exit');
      try {
        await eventually(() => isLive(port), Boolean, START_MS);
        npm.kill('SIGTERM');
        await exit;
        await eventually(
          () => isLive(port),
          (live) => !live,
        );
        const server = createServer().listen(port, '127.0.0.1');
        await once(server, 'listening');
        server.close();
      } finally {
        npm.kill('SIGKILL');
      }
    },
    2 * START_MS,
  );

  it('refuses a Node that is too old by its name', async () => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.11.1' });";
    const child = spawn(process.execPath, ['-e', `${pretend} import('./scripts/start.mjs')`], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exit = once(child, 'exit');
    const said = await text(child.stderr);
    expect((await exit)[0]).toBe(1);
    expect(said).toContain('This is Node 20.11.1, which is too old.');
    expect(said).toContain('22.19');
    expect(said).not.toContain('    at ');
  });
});

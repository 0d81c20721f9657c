import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, expect, it, describe } from 'vitest';

import { freePort } from '../../src/stores/embedded/ports.js';
import { hasCode, signalProcess } from '../../src/stores/embedded/process-identity.js';
import { eventually } from '../support/eventually.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

/** What a container engine does to a process: it is the first one, and its file system is read-only. */
const READ_ONLY = 'mount --make-rprivate / && mount -o remount,bind,ro / && exec "$@"';
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const inContainer = (command: readonly string[]): string[] => [
  ...NAMESPACES,
  ...['sh', '-c', READ_ONLY, 'sh', ...command],
];

/** Namespaces are for root, on Linux. */
const isAllowed = spawnSync('unshare', inContainer(['true'])).status === 0;
if (!isAllowed) process.stderr.write('SKIPPED container: no namespaces for this user\n');

(isAllowed ? describe : describe.skip)('the service as the first process of a container', () => {
  let stores: TestStores;
  let port: number;
  let child: ChildProcess | null = null;
  let output = '';
  beforeAll(async () => {
    stores = await createTestStores();
    port = await freePort(undefined, new Set());
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    child = null;
    output = '';
  });
  afterAll(() => stores.drop());

  const start = (): ChildProcess => {
    const command = [process.execPath, path.resolve('scripts/start.mjs')];
    child = spawn('unshare', inContainer(command), {
      env: {
        ...stores.env,
        ...{ PATH: process.env['PATH'], NODE_ENV: 'production', LOG_LEVEL: 'warn', HOST: '127.0.0.1' },
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)));
    return child;
  };
  /** The process within, as this machine numbers it; null: there is none yet. */
  const first = (): number | null => {
    try {
      const pids = readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, 'utf8').trim();
      return pids === '' ? null : Number(pids);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ESRCH')) return null;
      throw error;
    }
  };
  const health = (route: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/health/${route}`).then(
      ({ status }) => status,
      () => 0,
    );

  it('serves, warns of a MongoDB without authentication, and ends on SIGTERM', async () => {
    const container = start();
    await eventually(
      () => health('ready'),
      (status) => status === 200 || container.exitCode !== null,
      60_000,
    );
    expect(await health('live')).toBe(200);
    expect(output).toContain('MONGODB_URI has no credentials');
    const ended = once(container, 'exit');
    process.kill(first() ?? 0, 'SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(output).not.toContain('EROFS');
  });

  it('ends on a SIGTERM that comes while it starts', async () => {
    const container = start();
    const ended = once(container, 'exit');
    // Node heeds none before its first script runs.
    await eventually(
      () => {
        const pid = first();
        if (pid !== null) signalProcess(pid, 'SIGTERM');
        return Promise.resolve(container.exitCode);
      },
      (code) => code !== null,
      60_000,
    );
    expect(await ended).toEqual([0, null]);
    // It was not waited for until it had started.
    expect(output).not.toContain('MONGODB_URI has no credentials');
  });
});

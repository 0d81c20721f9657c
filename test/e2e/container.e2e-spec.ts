import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, expect, it, describe } from '@jest/globals';

import { freePort } from '../../src/stores/embedded/ports.js';
import { eventually } from '../support/eventually.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

/** What a container engine does to a process: it is the first one, and its file system is read-only. */
const READ_ONLY = 'mount --make-rprivate / && mount -o remount,bind,ro / && exec "$@"';
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const inContainer = (command: readonly string[]): string[] => [
  ...NAMESPACES,
  ...['sh', '-c', READ_ONLY, 'sh', ...command],
];
const SIGTERM = 1n << 14n;

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
    const pids = readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, 'utf8').trim();
    return pids === '' ? null : Number(pids);
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
    const isHandled = (): boolean => {
      const pid = first();
      const status = pid === null ? '' : readFileSync(`/proc/${pid}/status`, 'utf8');
      return (BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`) & SIGTERM) !== 0n;
    };
    await eventually(
      () => Promise.resolve(isHandled()),
      (isSo) => isSo,
      60_000,
    );
    process.kill(first() ?? 0, 'SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await health('live')).toBe(0);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { freePort } from '../../src/stores/embedded/ports.js';
import { startOf } from '../../src/stores/embedded/process-identity.js';
import type { StoreEntries } from '../../src/stores/embedded/store-entry.js';
import { NO_STORE_URLS } from '../support/no-store-urls.js';
import { describeWithPrograms } from '../support/store-programs.js';

const QUICKSTART = path.resolve('dist/cli/quickstart.js');

async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(50);
  }
}

describeWithPrograms()('quickstart', { timeout: 300_000 }, () => {
  let dataDir: string;
  let port: number;
  let running: ChildProcess | undefined;
  let output = '';

  const start = (): ChildProcess => {
    output = '';
    const env = {
      ...process.env,
      ...NO_STORE_URLS,
      DATA_DIR: dataDir,
      PORT: String(port),
      NODE_ENV: 'development',
    };
    const child = spawn(process.execPath, [QUICKSTART], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    return child;
  };
  const startUntilReady = async (): Promise<StoreEntries> => {
    // Anew each time: while nothing listens there, another test's store may take it.
    port = await freePort(undefined, new Set());
    const child = start();
    running = child;
    await until('ready', () => output.includes('Triptych is ready') || child.exitCode !== null, 200_000);
    if (child.exitCode !== null) throw new Error(output);
    return stores();
  };
  const stores = (): StoreEntries => JSON.parse(readFileSync(path.join(dataDir, 'stores.json'), 'utf8'));
  const pidsOf = (entries: StoreEntries) => Object.values(entries).map(({ pid }) => pid ?? 0);
  const areGone = async (pids: number[]) =>
    (await Promise.all(pids.map(startOf))).every((start) => start === null);
  const isServed = async () => {
    try {
      return (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200;
    } catch {
      // No process listens there.
      return false;
    }
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'triptych quick start '));
    // Otherwise PostgreSQL, which root runs as another user, would be put elsewhere and outlive this folder.
    await chmod(dataDir, 0o755);
    port = await freePort(undefined, new Set());
  });
  afterEach(async () => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exit = once(running, 'exit');
    running.kill('SIGTERM');
    await exit;
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('refuses a port that is taken before it starts anything, and names the remedy', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const [exitCode] = await once(start(), 'close');
    other.close();
    expect(exitCode).toBe(1);
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken.`);
    expect(output).toContain(`PORT=${port + 1} npm run quickstart`);
    expect(existsSync(path.join(dataDir, 'stores.json'))).toBe(false);
  });

  it('serves, keeps its ports and data over a restart, and leaves nothing running', async () => {
    const first = await startUntilReady();
    expect(await isServed()).toBe(true);
    expect(output).toMatch(/demo API key +\S+/);
    const [exitCode] = await stopWith('SIGTERM');
    expect(exitCode).toBe(0);
    expect(await areGone(pidsOf(first))).toBe(true);
    expect(existsSync(path.join(dataDir, 'stores.json'))).toBe(false);
    expect(await isServed()).toBe(false);

    const key = /demo API key +(\S+)/.exec(output)?.[1];
    const second = await startUntilReady();
    expect(Object.values(second).map(({ url }) => url)).toEqual(Object.values(first).map(({ url }) => url));
    expect(/demo API key +(\S+)/.exec(output)?.[1]).toBe(key);
  });

  it('is not started twice on one data folder', async () => {
    await startUntilReady();
    const [exitCode] = await once(start(), 'close');
    expect(exitCode).toBe(1);
    expect(output).toContain('The stores of this data folder are running already.');
    expect(output).toContain(String(running?.pid));
  });

  it('starts a killed store again on its port, and leaves a frozen one alone', async () => {
    const before = await startUntilReady();
    for (const name of ['postgres', 'mongodb', 'redis'] as const)
      process.kill(before[name].pid ?? 0, 'SIGKILL');
    const isRestarted = () => pidsOf(stores()).every((pid, index) => pid !== pidsOf(before)[index]);
    await until('new processes', isRestarted, 10_000);
    const after = stores();
    expect(Object.values(after).map(({ url }) => url)).toEqual(Object.values(before).map(({ url }) => url));
    await until('served again', isServed, 20_000);

    process.kill(after.redis.pid ?? 0, 'SIGSTOP');
    await sleep(1_000);
    expect(stores()).toEqual(after);
  });

  it('leaves no process when it is killed, frozen stores included', async () => {
    const pids = pidsOf(await startUntilReady());
    process.kill(pids[2] ?? 0, 'SIGSTOP');
    await stopWith('SIGKILL');
    await until('no store', () => areGone(pids), 12_000);
    await until('no service', async () => !(await isServed()), 12_000);
  });

  async function stopWith(signal: NodeJS.Signals): Promise<unknown[]> {
    if (!running) throw new Error('nothing runs');
    const exit = once(running, 'exit');
    running.kill(signal);
    return exit;
  }
});

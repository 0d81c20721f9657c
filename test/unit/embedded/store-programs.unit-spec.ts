import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { storeProgram } from '../../support/store-programs.js';

describe('the program of a running store', () => {
  let folder: string;
  let running: ChildProcess | null = null;
  const given = process.env['TRIPTYCH_STORES'];
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'triptych-programs-'));
  });
  afterEach(async () => {
    if (given === undefined) delete process.env['TRIPTYCH_STORES'];
    else process.env['TRIPTYCH_STORES'] = given;
    if (running) {
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true });
  });

  it('is the one that was started, also where that is a link to a program of another name', async () => {
    if (process.platform !== 'linux') return console.log('not run: /proc is Linux only');
    // As in Debian: redis-server → redis-check-rdb.
    const [link, target] = [path.join(folder, 'redis-server'), path.join(folder, 'redis-check-rdb')];
    copyFileSync(process.execPath, target);
    chmodSync(target, 0o755);
    symlinkSync('redis-check-rdb', link);
    running = spawn(link, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
    await once(running, 'spawn');
    const none = { kind: 'none', pid: null };
    const stores = { mongodb: none, postgres: none, redis: { kind: 'redis-server', pid: running.pid } };
    const file = path.join(folder, 'stores.json');
    writeFileSync(file, JSON.stringify(stores));
    process.env['TRIPTYCH_STORES'] = file;
    expect(storeProgram('redis')).toEqual({ kind: 'redis-server', path: link });
  });
});

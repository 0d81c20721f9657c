import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { acquireLock, lockOwner, releaseLock } from '../../../src/stores/embedded/directory-lock.js';
import { startOf } from '../../../src/stores/embedded/process-identity.js';

describe('directory lock', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'triptych lock '));
    file = path.join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has one owner, who is named to everybody else', async () => {
    expect(await acquireLock(file)).toBeNull();
    expect(await acquireLock(file)).toBe(process.pid);
    expect(await lockOwner(file)).toBe(process.pid);
    await releaseLock(file);
    expect(await lockOwner(file)).toBeNull();
    expect(await acquireLock(file)).toBeNull();
  });

  it('is not held by a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    await writeFile(file, `${pid} ${await startOf(pid)}`);
    expect(await acquireLock(file)).toBe(pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await acquireLock(file)).toBeNull();
  });

  it('is not held by a stranger who has got the pid of a dead owner', async () => {
    await writeFile(file, `${process.pid} another-start`);
    expect(await lockOwner(file)).toBeNull();
    expect(await acquireLock(file)).toBeNull();
  });

  it('goes to exactly one of many who find a dead one, and leaves no other file', async () => {
    for (let round = 0; round < 50; round += 1) {
      await writeFile(file, '999999999 never');
      const results = await Promise.all(Array.from({ length: 8 }, () => acquireLock(file)));
      expect(results.filter((owner) => owner === null)).toHaveLength(1);
      expect(await readdir(folder)).toEqual(['lock']);
    }
  });
});

import { type ChildProcess, spawn } from 'node:child_process';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { familyOf, isFrozen, signalFamily } from '../../../src/stores/embedded/process-identity.js';
import { shareFreezes } from '../../../src/stores/embedded/shared-freeze.js';
import { eventually } from '../../support/eventually.js';

describe('shareFreezes', () => {
  let parent: ChildProcess;
  let end: () => void;
  afterEach(async () => {
    end();
    await signalFamily(Number(parent.pid), 'SIGKILL');
  });

  it('freezes and thaws the children of a process with it', async () => {
    if (process.platform !== 'linux') return console.log('not run: /proc is Linux only');
    parent = spawn('sh', ['-c', 'sleep 60 & sleep 60 & wait'], { stdio: 'ignore' });
    const pid = Number(parent.pid);
    end = shareFreezes(() => pid);
    const family = await eventually(
      () => familyOf(pid),
      (members) => members.length === 3,
    );
    const frozen = async () => (await Promise.all(family.map(isFrozen))).filter(Boolean).length;
    expect(await frozen()).toBe(0);
    parent.kill('SIGSTOP');
    await eventually(frozen, (count) => count === 3);
    parent.kill('SIGCONT');
    await eventually(frozen, (count) => count === 0);
  });

  it('freezes nothing for good that was thawed between its look and its signal', async () => {
    if (process.platform !== 'linux') return console.log('not run: /proc is Linux only');
    parent = spawn('sh', ['-c', 'sleep 60 & sleep 60 & wait'], { stdio: 'ignore' });
    const pid = Number(parent.pid);
    const family = await eventually(
      () => familyOf(pid),
      (members) => members.length === 3,
    );
    const send = process.kill.bind(process);
    const late = vi.spyOn(process, 'kill').mockImplementation((member, signal) => {
      if (signal === 'SIGSTOP') send(pid, 'SIGCONT');
      return send(member, signal);
    });
    end = shareFreezes(() => pid);
    send(pid, 'SIGSTOP');
    const isStopped = ([, signal]: (typeof late.mock.calls)[number]): boolean => signal === 'SIGSTOP';
    await eventually(
      () => Promise.resolve(late.mock.calls.filter(isStopped).length),
      (count) => count >= 2,
    );
    await eventually(
      async () => (await Promise.all(family.map(isFrozen))).filter(Boolean).length,
      (count) => count === 0,
    );
    late.mockRestore();
  });
});

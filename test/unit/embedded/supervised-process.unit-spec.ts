import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { signalProcess } from '../../../src/stores/embedded/process-identity.js';
import { Reaper } from '../../../src/stores/embedded/reaper.js';
import {
  DiedAtStart,
  NotReadyInTime,
  type ProcessEvent,
  SupervisedProcess,
} from '../../../src/stores/embedded/supervised-process.js';

const FOREVER = 'exec sleep 600';

async function until(isTrue: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('not within the deadline');
    await sleep(10);
  }
}

describe('SupervisedProcess', () => {
  let reaper: Reaper;
  let supervised: SupervisedProcess;
  let pids: number[];
  let events: ProcessEvent[];

  const supervise = (script: string, isReady = true) => {
    supervised = new SupervisedProcess({
      name: 'sleeper',
      spawn: async (): Promise<ChildProcess> =>
        spawn('sh', ['-c', script], { stdio: 'ignore', detached: true }),
      isReady: async () => isReady,
      stopSignal: 'SIGTERM',
      stopWithinMs: 1_000,
      reaper,
      onPid: async (pid) => void pids.push(pid),
      onEvent: (event) => events.push(event),
    });
    return supervised;
  };

  beforeEach(() => {
    reaper = new Reaper();
    pids = [];
    events = [];
  });
  afterEach(async () => {
    await supervised.stop();
    await reaper.close();
  });

  it('starts a killed process again', async () => {
    await supervise(FOREVER).start(2_000);
    signalProcess(pids[0] ?? 0, 'SIGKILL');
    await until(() => events.at(-1)?.type === 'restarted');
    expect(pids).toHaveLength(2);
    expect(events[0]).toMatchObject({ type: 'died', how: 'SIGKILL', restartInMs: 250 });
    expect(signalProcess(pids[1] ?? 0, 0)).toBe(true);
  });

  it('waits twice as long after each early death', async () => {
    await supervise(FOREVER).start(2_000);
    for (let death = 1; death <= 3; death += 1) {
      signalProcess(pids.at(-1) ?? 0, 'SIGKILL');
      await until(() => pids.length === death + 1 && events.at(-1)?.type === 'restarted');
    }
    const delays = events.filter((event) => event.type === 'died').map((event) => event.restartInMs);
    expect(delays).toEqual([250, 500, 1_000]);
  });

  it('leaves a frozen process alone, and still stops it', async () => {
    await supervise(FOREVER).start(2_000);
    const pid = pids[0] ?? 0;
    signalProcess(pid, 'SIGSTOP');
    await sleep(600);
    expect(pids).toEqual([pid]);
    await supervised.stop();
    expect(signalProcess(pid, 0)).toBe(false);
  });

  it('kills what does not stop in time', async () => {
    await supervise("trap '' TERM; while :; do sleep 0.1; done").start(2_000);
    await supervised.stop();
    expect(signalProcess(pids[0] ?? 0, 0)).toBe(false);
  });

  it('does not start a process again that it was told to stop', async () => {
    await supervise(FOREVER).start(2_000);
    signalProcess(pids[0] ?? 0, 'SIGKILL');
    await until(() => events.length === 1);
    await supervised.stop();
    await sleep(400);
    expect(pids).toHaveLength(1);
  });

  it('tells a first start that died from one that does not answer, and leaves neither running', async () => {
    await expect(supervise('exit 3', false).start(2_000)).rejects.toThrow(DiedAtStart);
    await expect(supervise(FOREVER, false).start(200)).rejects.toThrow(NotReadyInTime);
    expect(pids.map((pid) => signalProcess(pid, 0))).toEqual([false, false]);
  });
});

import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { signalFamily } from './process-identity.js';
import type { Reaper } from './reaper.js';
import { shareFreezes } from './shared-freeze.js';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** After a process was ready for so long, its back-off starts from the beginning. */
const STABLE_AFTER_MS = 3_000;
const POLL_MS = 15;

/** An event of a supervised process, for people. */
export type ProcessEvent =
  | { type: 'died'; name: string; how: string; restartInMs: number }
  | { type: 'restarted'; name: string; pid: number };

export interface SupervisedProcessOptions {
  name: string;
  /** Called for each start. It may first clean up after the last one. */
  spawn: () => Promise<ChildProcess>;
  /** Whether it answers now. */
  isReady: () => Promise<boolean>;
  stopSignal: NodeJS.Signals;
  /** How long the process may take to stop before it is killed. */
  stopWithinMs: number;
  /** The process works through child processes, which are frozen and thawed with it. */
  isFamily?: boolean;
  reaper: Reaper;
  /** Called after each start, before it is ready. */
  onPid: (pid: number) => Promise<void>;
  onEvent: (event: ProcessEvent) => void;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
const howItEnded = (child: ChildProcess) => child.signalCode ?? `exit code ${child.exitCode}`;

/** The process ended before it was ready for the first time. */
export class DiedAtStart extends Error {}
/** The process did not answer in time at its first start. */
export class NotReadyInTime extends Error {}

/** Keeps one process running: restarts it with exponential back-off when it dies. A frozen process is left alone. */
export class SupervisedProcess {
  private child: ChildProcess | null = null;
  private readySince: number | null = null;
  private failures = 0;
  private timer: NodeJS.Timeout | null = null;
  private isStopping = false;
  private isStarted = false;
  private endSharing: (() => void) | null = null;

  constructor(private readonly options: SupervisedProcessOptions) {}

  /** Starts it for the first time, and restarts it from then on. Throws `DiedAtStart`, `NotReadyInTime`. */
  async start(withinMs: number): Promise<void> {
    const child = await this.spawn();
    if (!(await this.waitUntilReady(child, withinMs))) {
      const died = hasEnded(child);
      await this.stop();
      throw died
        ? new DiedAtStart(howItEnded(child))
        : new NotReadyInTime(`no answer within ${withinMs / 1000} s`);
    }
    this.isStarted = true;
    if (this.options.isFamily) this.endSharing = shareFreezes(() => this.runningPid);
    if (hasEnded(child)) this.restartLater(child);
  }

  /** Ends it in an orderly way, even if it is frozen. Kills it if that takes too long. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.endSharing?.();
    if (this.timer) clearTimeout(this.timer);
    const child = this.child;
    if (!child || hasEnded(child)) return;
    const exit = once(child, 'exit');
    if (child.pid) await signalFamily(child.pid, 'SIGCONT');
    child.kill(this.options.stopSignal);
    const kill = setTimeout(() => child.kill('SIGKILL'), this.options.stopWithinMs);
    await exit;
    clearTimeout(kill);
  }

  private get runningPid(): number | null {
    return this.child && !hasEnded(this.child) ? (this.child.pid ?? null) : null;
  }

  private async spawn(): Promise<ChildProcess> {
    const { reaper, stopSignal, onPid } = this.options;
    this.readySince = null;
    const child = await this.options.spawn();
    this.child = child;
    child.once('exit', () => {
      if (child.pid) reaper.forget(child.pid);
      if (this.isStarted && !this.isStopping) this.restartLater(child);
    });
    // Without a listener, a program that cannot be run at all would end the supervisor.
    if (!child.pid) throw await once(child, 'error').then(([error]: unknown[]) => error);
    reaper.watch(child.pid, stopSignal);
    await onPid(child.pid);
    return child;
  }

  private async waitUntilReady(child: ChildProcess, withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while (!hasEnded(child) && Date.now() < deadline) {
      if (await this.options.isReady()) {
        this.readySince = Date.now();
        return !hasEnded(child);
      }
      await sleep(POLL_MS);
    }
    return false;
  }

  private restartLater(dead: ChildProcess): void {
    if (this.readySince !== null && Date.now() - this.readySince >= STABLE_AFTER_MS) this.failures = 0;
    const restartInMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures += 1;
    this.options.onEvent({ type: 'died', name: this.options.name, how: howItEnded(dead), restartInMs });
    this.timer = setTimeout(() => void this.restart(dead), restartInMs);
  }

  private async restart(dead: ChildProcess): Promise<void> {
    try {
      const child = await this.spawn();
      if (this.isStopping) return void (await this.stop());
      if (!(await this.waitUntilReady(child, Infinity))) return;
      this.options.onEvent({ type: 'restarted', name: this.options.name, pid: child.pid ?? 0 });
    } catch (error) {
      this.options.onEvent({
        type: 'died',
        name: this.options.name,
        how: String(error),
        restartInMs: LONGEST_DELAY_MS,
      });
      if (!this.isStopping) this.timer = setTimeout(() => void this.restart(dead), LONGEST_DELAY_MS);
    }
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../../src/stores/embedded/ports.js';
import { codeOf } from '../../src/stores/embedded/process-identity.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';
import { type Exchange, exchange, type ExchangeRequest, Unanswered } from './exchange.js';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;
const STOP_WITHIN_MS = 12_000;

export interface ServerOptions {
  name: string;
  /** A JavaScript file, run by this Node. */
  main: string;
  args: readonly string[];
  nodeArguments: readonly string[];
  /** All that the process knows beside where to listen. */
  env: Readonly<Record<string, string>>;
  /** A folder without a `.env`. */
  cwd: string;
  /** Takes standard output and standard error, as a log file does in production. */
  logFile: string;
  /** The server is up when this is answered with 200. */
  probe: { path: string; headers: Readonly<Record<string, string>> };
}

/** One server under test, in a process of its own. It dies with this process. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly reaper: Reaper,
    readonly baseUrl: string,
    /** From the start of the process to its first answer 200. */
    readonly coldStartMs: number,
  ) {}

  /** Resolves at the first 200. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const port = await freePort(undefined, new Set());
    const baseUrl = `http://127.0.0.1:${port}`;
    const reaper = new Reaper();
    const startedAt = performance.now();
    const child = spawnServer(options, port);
    if (child.pid === undefined) throw new Error(`${options.name} could not be started`);
    reaper.watch(child.pid, 'SIGTERM');
    try {
      await untilAnswered(child, `${baseUrl}${options.probe.path}`, options);
      return new ServerProcess(options.name, child, reaper, baseUrl, performance.now() - startedAt);
    } catch (error) {
      child.kill('SIGKILL');
      await reaper.close();
      throw error;
    }
  }

  get isRunning(): boolean {
    return isRunning(this.child);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} has no process`);
    return this.child.pid;
  }

  ask(path: string, request?: ExchangeRequest): Promise<Exchange> {
    return exchange(`${this.baseUrl}${path}`, request);
  }

  async stop(): Promise<void> {
    if (this.isRunning) {
      const exit = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const kill = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exit;
      clearTimeout(kill);
    }
    await this.reaper.close();
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function spawnServer(
  { main, args, nodeArguments, env, cwd, logFile }: ServerOptions,
  port: number,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(process.execPath, [...nodeArguments, main, ...args], {
      cwd,
      env: { NODE_ENV: 'production', ...env, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

async function untilAnswered(child: ChildProcess, url: string, options: ServerOptions): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let last = 'nothing';
  while (performance.now() < deadline) {
    if (!isRunning(child)) throw new Error(`${options.name} ended at its start:\n${tailOf(options.logFile)}`);
    try {
      const { status } = await exchange(url, { headers: options.probe.headers, timeoutMs: 2_000 });
      if (status === 200) return;
      last = `status ${status}`;
    } catch (error) {
      const code = codeOf(error);
      if (!(error instanceof Unanswered) && typeof code !== 'string') throw error;
      last = typeof code === 'string' ? code : 'no answer';
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${options.name} is not up; last answer: ${last}\n${tailOf(options.logFile)}`);
}

const tailOf = (file: string): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { freePort } from '../../src/stores/embedded/ports.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';
import { eventually } from './eventually.js';

const MAIN = path.resolve('dist/main.js');

/** The answer and its duration. */
export interface TimedAnswer {
  status: number;
  headers: Headers;
  body: unknown;
  elapsedMs: number;
}

export interface ApiRequest {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The built service as a process of its own, as in production. It dies with the test's process. */
export class ApiProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly reaper: Reaper,
    readonly url: string,
  ) {}

  /**
   * `env` is the whole environment of the process, except the port. `logTo`: an open file for its output and its
   * errors. Without one, its errors are shown.
   */
  static async start(env: Record<string, string>, logTo: number | 'ignore' = 'ignore'): Promise<ApiProcess> {
    if (!existsSync(MAIN))
      throw new Error('dist/main.js is not there: npm run build, or npm test, which builds it');
    const port = await freePort(undefined, new Set());
    const child = spawn(process.execPath, [MAIN], {
      env: { LOG_LEVEL: 'silent', NODE_ENV: 'test', ...env, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', logTo, logTo === 'ignore' ? 'inherit' : logTo],
    });
    const reaper = new Reaper();
    if (child.pid === undefined) throw new Error('The service could not be started');
    reaper.watch(child.pid, 'SIGTERM');
    const api = new ApiProcess(child, reaper, `http://127.0.0.1:${port}`);
    try {
      await eventually(
        () => api.isLive(),
        (isLive) => isLive,
        60_000,
      );
      return api;
    } catch (error) {
      await api.stop('SIGKILL');
      throw error;
    }
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async request(
    method: string,
    route: string,
    { token, body, headers = {} }: ApiRequest = {},
  ): Promise<TimedAnswer> {
    const startedAt = performance.now();
    const response = await fetch(`${this.url}${route}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const elapsedMs = performance.now() - startedAt;
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text,
      elapsedMs,
    };
  }

  /** Resolves with the exit code. Null if a signal ended the process. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.hasEnded) {
      const exit = once(this.child, 'exit');
      this.child.kill(signal);
      await exit;
    }
    await this.reaper.close();
    return this.child.exitCode;
  }

  private async isLive(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error(`The service ended with code ${this.child.exitCode}`);
    try {
      return (await this.request('GET', '/health/live')).status === 200;
    } catch (error) {
      // The error of fetch while no process listens yet.
      if (error instanceof Error && error.name === 'TypeError') return false;
      throw error;
    }
  }
}

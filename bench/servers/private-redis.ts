import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Env } from '../../src/config/aliases.js';
import type { DataDir } from '../../src/stores/embedded/data-dir.js';
import { embeddedRedis } from '../../src/stores/embedded/embedded-redis.js';
import { freePort } from '../../src/stores/embedded/ports.js';
import { programsFrom } from '../../src/stores/embedded/programs.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';

const READY_WITHIN_MS = 10_000;

/** A Redis for one measurement, to be killed. */
export class PrivateRedis {
  private constructor(
    private readonly child: ChildProcess,
    private readonly reaper: Reaper,
    readonly url: string,
  ) {}

  /** Null where this machine has no Redis program, only a URL. */
  static async start(env: Env, data: DataDir): Promise<PrivateRedis | null> {
    const program = await embeddedRedis(data, programsFrom(env).redis);
    if (!program) return null;
    const port = await freePort(undefined, new Set());
    const child = await program.spawn(port);
    const reaper = new Reaper();
    if (child.pid !== undefined) reaper.watch(child.pid, 'SIGKILL');
    const redis = new PrivateRedis(child, reaper, program.url(port));
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await program.isReady(port))) {
      if (performance.now() > deadline) {
        await redis.kill();
        throw new Error(`A Redis of its own is not up; see ${program.logFile}`);
      }
      await sleep(10);
    }
    return redis;
  }

  /** `kill -9`. It is not started again. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exit;
    }
    await this.reaper.close();
  }
}

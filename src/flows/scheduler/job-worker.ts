import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { Config } from '../../config/config.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { RelayLoop } from '../queue/relay-loop.js';
import { RelayWakeup } from '../queue/relay-wakeup.js';
import { type JobCapacity, JobQueue, type LeasedJob } from './job-queue.pg.repository.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { PeriodicJobs } from './periodic-jobs.pg.repository.js';
import { SchedulerTuning } from './scheduler-tuning.js';

interface RunningJob {
  job: string;
  ended: Promise<void>;
}

/** Runs due jobs, a few at once. Any number of processes may have a worker. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobWorker.name);
  private readonly wakeup = new RelayWakeup();
  private readonly loop: RelayLoop;
  private readonly running = new Map<string, RunningJob>();
  private readonly stopping = new AbortController();
  private renewal: NodeJS.Timeout | null = null;
  private isDeclared = false;

  constructor(
    private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly queue: JobQueue,
    private readonly runner: JobRunner,
    private readonly periodic: PeriodicJobs,
    private readonly tuning: SchedulerTuning,
  ) {
    this.loop = new RelayLoop(JobWorker.name, this.wakeup, tuning.pollMs, () => this.step());
  }

  onApplicationBootstrap(): void {
    if (this.config.processRole === 'api') return;
    this.loop.start();
    this.renewal = setInterval(() => void this.renew(), this.tuning.renewMs).unref();
  }

  /** Claims nothing more. Waits for running jobs, and releases those that take too long. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.drain();
    if (this.renewal) clearInterval(this.renewal);
    this.stopping.abort(new Error('The process is stopping'));
    if (this.running.size > 0) await this.giveBack([...this.running.keys()]);
  }

  private async step(): Promise<number> {
    await this.declare();
    const capacities = this.capacities();
    const free = this.tuning.slots - this.running.size;
    // The end of a run wakes this loop.
    if (capacities.length === 0 || free <= 0) return this.tuning.pollMs;
    const claimed = await this.queue.claim(capacities, free, [...this.running.keys()]);
    for (const leased of claimed) this.start(leased);
    if (claimed.length > 0) return 0;
    const nextMs = await this.queue.nextDueInMs(capacities.map(({ job }) => job));
    return Math.min(this.tuning.pollMs, Math.max(10, nextMs));
  }

  private async declare(): Promise<void> {
    if (this.isDeclared) return;
    await this.periodic.declare(this.jobs.periodic);
    this.isDeclared = true;
  }

  /** The jobs of which this process may run one more. */
  private capacities(): JobCapacity[] {
    const running = [...this.running.values()];
    return this.jobs.names
      .map((job) => ({
        job,
        free: this.tuning.slotsOfOne - running.filter((other) => other.job === job).length,
      }))
      .filter(({ free }) => free > 0);
  }

  private start(leased: LeasedJob): void {
    const ended = this.runner.run(leased, this.stopping.signal).finally(() => {
      this.running.delete(leased.id);
      this.wakeup.wake();
    });
    this.running.set(leased.id, { job: leased.job, ended });
  }

  private async renew(): Promise<void> {
    if (this.running.size === 0) return;
    try {
      await this.queue.renew([...this.running.keys()]);
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        this.logger.error({ err: error }, 'Leases could not be prolonged; another process may take the jobs');
    }
  }

  private async drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.tuning.drainMs);
    });
    await Promise.race([Promise.all([...this.running.values()].map(({ ended }) => ended)), late]);
    clearTimeout(timer);
  }

  private async giveBack(ids: readonly string[]): Promise<void> {
    this.logger.warn(`${ids.length} jobs that are still running are left to other processes`);
    try {
      await this.queue.release(ids);
    } catch (error) {
      this.logger.warn(`Leases could not be given back; they end by themselves: ${String(error)}`);
    }
  }
}

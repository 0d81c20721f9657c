import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { isLockRefused } from '../../stores/postgres/postgres-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { EventPartitions } from './event-partitions.pg.repository.js';
import { RetentionTuning } from './retention-tuning.js';

const DAY_MS = 86_400_000;

/** The result of one run. */
export interface RetentionResult {
  made: number;
  dropped: string[];
  /** The oldest month beyond the retention that is still needed. No younger month is dropped either. Null: none. */
  kept: string | null;
  trimmed: number;
}

/**
 * Creates the coming months of the event log and drops those beyond the retention, in every process that runs a relay.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Retention.name);
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isStopping = false;

  constructor(
    private readonly config: Config,
    private readonly partitions: EventPartitions,
    private readonly tuning: RetentionTuning,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.processRole !== 'api') this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** Rejects if PostgreSQL does not answer, or if a table is in use for too long. */
  async run(): Promise<RetentionResult> {
    const cutoff = new Date(this.clock.now().getTime() - this.config.outbox.retentionDays * DAY_MS);
    const made = await this.partitions.makeAhead(this.tuning.monthsAhead);
    const dropped: string[] = [];
    let kept: string | null = null;
    // From the oldest month on, without leaving one out, so that the log has one beginning and no gap after it.
    for (const { name, ...bounds } of await this.partitions.endedBefore(cutoff)) {
      const outcome = await this.partitions.drop({ name, ...bounds });
      if (outcome === 'dropped') {
        dropped.push(name);
        this.logger.log(`Dropped ${name}: beyond the retention of ${this.config.outbox.retentionDays} days`);
        continue;
      }
      if (outcome === 'needed') kept = name;
      break;
    }
    return { made, dropped, kept, trimmed: await this.partitions.trimDefault(cutoff) };
  }

  private look(): void {
    this.running = this.attempt().then((nextMs) => {
      if (!this.isStopping) this.timer = setTimeout(() => this.look(), nextMs).unref();
    });
  }

  /** Returns when to try again. */
  private async attempt(): Promise<number> {
    try {
      const { made, kept, trimmed } = await this.run();
      if (made + trimmed > 0)
        this.logger.log(`Event log: ${made} months made, ${trimmed} odd events deleted`);
      if (kept !== null) {
        this.logger.warn(
          `${kept} is kept beyond the retention: events of it wait, are dead letters, or are not sealed`,
        );
      }
      return this.tuning.eachMs;
    } catch (error) {
      if (isLockRefused(error)) this.logger.debug('The event log is in use; tried again');
      else if (!(error instanceof StoreUnavailable))
        this.logger.warn({ err: error }, 'The event log could not be tended');
      return this.tuning.againMs;
    }
  }
}

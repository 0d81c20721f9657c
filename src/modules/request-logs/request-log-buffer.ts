import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { Level, RequestLog } from './request-log.js';
import { RequestLogTuning } from './request-log-tuning.js';
import { RequestLogsRepository } from './request-logs.mongo.repository.js';

/**
 * Keeps the entries of answered requests until they are written, once a second. No request waits for it. If entries
 * arrive faster than they are written, they are dropped and counted, `info` first.
 */
@Injectable()
export class RequestLogBuffer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RequestLogBuffer.name);
  private waiting: Omit<RequestLog, '_id'>[] = [];
  private timer: NodeJS.Timeout | null = null;
  private flushing: Promise<void> | null = null;
  /** Since the start of this process. */
  readonly dropped: Record<Level, number> = { info: 0, warn: 0, error: 0 };

  constructor(
    private readonly mongo: Mongo,
    private readonly logs: RequestLogsRepository,
    private readonly tuning: RequestLogTuning,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), this.tuning.flushEveryMs).unref();
  }

  /** Writes the remaining entries, if MongoDB is reachable. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.flush();
    await this.flush();
  }

  add(log: Omit<RequestLog, '_id'>): void {
    const { capacity, infoCapacity } = this.tuning;
    if (this.waiting.length < (log.level === 'info' ? infoCapacity : capacity)) this.waiting.push(log);
    else this.dropped[log.level] += 1;
  }

  /** Writes the oldest entries. Never rejects. If a flush is under way, waits for it instead. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => {
      this.flushing = null;
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    if (this.waiting.length === 0 || !this.mongo.liveness.isUp) return;
    const batch = this.waiting.splice(0, this.tuning.flushLimit);
    try {
      await this.logs.insert(batch.map((log) => ({ _id: newId(), ...log })));
    } catch (error) {
      // Some may have been written, and repeating them would show a request twice.
      for (const { level } of batch) this.dropped[level] += 1;
      if (error instanceof StoreUnavailable) this.logger.debug('Request logs were lost: MongoDB is away');
      else this.logger.error({ err: error }, 'Request logs could not be written');
    }
  }
}

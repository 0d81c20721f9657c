import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { givenConditions } from '../../stores/mongo/given-conditions.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { REQUEST_LOGS_COLLECTION, type RequestLog } from './request-log.js';

/** Every condition that is given has to match. */
export interface RequestLogFilter {
  level?: string | undefined;
  endpoint?: string | undefined;
  method?: string | undefined;
  user_id?: string | undefined;
  status?: number | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

const HOUR_MS = 3_600_000;
const MEASURED_AT_ONCE = 2_000;
const MEASURED = { endpoint: 1, method: 1, level: 1, duration_ms: 1 } as const;
export type MeasuredLog = Pick<RequestLog, '_id' | 'endpoint' | 'method' | 'level' | 'duration_ms'>;

/** The request logs. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class RequestLogsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  async insert(logs: readonly RequestLog[]): Promise<void> {
    await this.mongo.run('logs.insert', () => this.logs().insertMany([...logs], { ordered: false }));
  }

  /** Newest first, from `after` on. */
  list(
    orgId: string,
    { from, to, ...equal }: RequestLogFilter,
    limit: number,
    after: Position | null,
  ): Promise<RequestLog[]> {
    return this.pages.newest<RequestLog>(REQUEST_LOGS_COLLECTION, {
      filter: { organization_id: orgId, ...givenConditions(equal) },
      sort: ['timestamp', '_id'],
      from,
      to,
      after: after && [after.at, after.id],
      limit,
    });
  }

  /** The entries of `[from, to)`, hour by hour, in batches whose decoding does not hold up other requests. */
  async *measured(orgId: string, from: Date, to: Date): AsyncGenerator<MeasuredLog[]> {
    for (let start = from.getTime(); start < to.getTime(); start += HOUR_MS) {
      const timestamp = { $gte: new Date(start), $lt: new Date(Math.min(start + HOUR_MS, to.getTime())) };
      const cursor = this.logs().find<MeasuredLog>(
        { organization_id: orgId, timestamp },
        { projection: MEASURED, batchSize: MEASURED_AT_ONCE },
      );
      try {
        while (await this.mongo.run('logs.measured', () => cursor.hasNext()))
          yield cursor.readBufferedDocuments();
      } finally {
        // Skipped if the server is down, because it would delay the answer that reports that.
        await this.mongo.run('logs.close', () => cursor.close());
      }
    }
  }

  private logs() {
    return this.mongo.collection<RequestLog>(REQUEST_LOGS_COLLECTION);
  }
}

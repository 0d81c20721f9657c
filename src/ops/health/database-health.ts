import { HttpException, Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

import { type StoreCheck, StoreHealth } from './store-health.js';

export interface DatabaseHealthReport {
  isUp: boolean;
  /** The format of Terminus: `status`, `info`, `error`, `details`. */
  body: object;
}

/** The health of the three stores in the format of Terminus. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly stores: StoreHealth,
  ) {}

  async report(): Promise<DatabaseHealthReport> {
    try {
      const body = await this.health.check([
        () => this.indicate('postgres', this.stores.postgres()),
        () => this.indicate('mongodb', this.stores.mongodb()),
        () => this.indicate('redis', this.stores.redis()),
      ]);
      return { isUp: true, body };
    } catch (error) {
      // Terminus reports a store that is down by an exception that contains the report.
      const body = error instanceof HttpException ? error.getResponse() : null;
      if (typeof body !== 'object' || body === null) throw error;
      return { isUp: false, body };
    }
  }

  private async indicate(key: string, check: Promise<StoreCheck>): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key);
    const result = await check;
    if (result.status === 'down') return indicator.down();
    return result.mode === undefined ? indicator.up() : indicator.up({ mode: result.mode });
  }
}

import { Logger } from '@nestjs/common';

import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { within } from '../../common/time/within.js';

const BUDGET_MS = 1_000;
/** The gauges of one scrape share one query. */
const FRESH_MS = 1_000;

/** Queries at most once a second. Null if PostgreSQL is down or slow. */
export class SharedSnapshot<T> {
  private readonly logger: Logger;
  private asked: Promise<T | null> | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(
    name: string,
    private readonly take: () => Promise<T>,
  ) {
    this.logger = new Logger(name);
  }

  read(): Promise<T | null> {
    if (!this.asked || performance.now() - this.askedAt > FRESH_MS) {
      this.askedAt = performance.now();
      this.asked = within(this.ask(), BUDGET_MS);
    }
    return this.asked;
  }

  private async ask(): Promise<T | null> {
    try {
      return await this.take();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.logger.warn(error, 'Could not be counted');
      return null;
    }
  }
}

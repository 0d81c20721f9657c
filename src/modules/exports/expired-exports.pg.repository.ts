import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { removeExpired } from '../../stores/postgres/remove-expired.js';
import { exportRequests } from './export-requests.table.js';

/** Exports of every organisation whose time is over. */
@Injectable()
export class ExpiredExports {
  constructor(private readonly postgres: Postgres) {}

  remove(now: Date, signal: AbortSignal): Promise<void> {
    return removeExpired(this.postgres, exportRequests, now, signal);
  }
}

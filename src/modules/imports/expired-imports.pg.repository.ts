import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { removeExpired } from '../../stores/postgres/remove-expired.js';
import { importRequests } from './import-requests.table.js';

/** Imports of every organisation whose time is over. */
@Injectable()
export class ExpiredImports {
  constructor(private readonly postgres: Postgres) {}

  remove(now: Date, signal: AbortSignal): Promise<void> {
    return removeExpired(this.postgres, importRequests, now, signal);
  }
}

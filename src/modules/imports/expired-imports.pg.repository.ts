import { Injectable } from '@nestjs/common';
import { inArray, lte } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { importRequests } from './import-requests.table.js';

const REMOVED_AT_ONCE = 500;

/** Imports of every organisation whose time is over. */
@Injectable()
export class ExpiredImports {
  constructor(private readonly postgres: Postgres) {}

  async remove(now: Date, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.removeSome(now)) === REMOVED_AT_ONCE);
  }

  private removeSome(now: Date): Promise<number> {
    return this.postgres.transaction(async (tx) => {
      const expired = await tx
        .select({ id: importRequests.id })
        .from(importRequests)
        .where(lte(importRequests.expiresAt, now))
        .limit(REMOVED_AT_ONCE)
        .for('update', { skipLocked: true });
      const ids = expired.map(({ id }) => id);
      if (ids.length > 0) await tx.delete(importRequests).where(inArray(importRequests.id, ids));
      return ids.length;
    });
  }
}

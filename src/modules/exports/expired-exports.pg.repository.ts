import { Injectable } from '@nestjs/common';
import { inArray, lte } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { exportRequests } from './export-requests.table.js';

const REMOVED_AT_ONCE = 500;

/** Exports of every organisation whose time is over. */
@Injectable()
export class ExpiredExports {
  constructor(private readonly postgres: Postgres) {}

  async remove(now: Date, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.removeSome(now)) === REMOVED_AT_ONCE);
  }

  private removeSome(now: Date): Promise<number> {
    return this.postgres.transaction(async (tx) => {
      const expired = await tx
        .select({ id: exportRequests.id })
        .from(exportRequests)
        .where(lte(exportRequests.expiresAt, now))
        .limit(REMOVED_AT_ONCE)
        .for('update', { skipLocked: true });
      const ids = expired.map(({ id }) => id);
      if (ids.length > 0) await tx.delete(exportRequests).where(inArray(exportRequests.id, ids));
      return ids.length;
    });
  }
}

import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';

/** What waits in the outbox and in the spool for MongoDB, without dead letters. */
@Injectable()
export class WaitingWrites {
  constructor(private readonly postgres: Postgres) {}

  /** Rejects with `StoreUnavailable`. */
  async isAnyOlderThan(moment: Date): Promise<boolean> {
    const before = moment.toISOString();
    const rows = await this.postgres.liveness.run(
      () => this.postgres.sql`
        (select 1 from outbox_queue q join outbox_events e on e.id = q.event_id
          where not q.is_delivered and q.dead_at is null and q.position > 0 and e.recorded_at < ${before}
          order by q.position limit 1)
        union all
        (select 1 from spool
          where not is_delivered and dead_at is null and position > 0 and accepted_at < ${before}
          order by position limit 1)`,
      'erasure.waiting',
    );
    return rows.length > 0;
  }
}

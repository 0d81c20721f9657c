import { Injectable } from '@nestjs/common';

import { Postgres } from '../../../stores/postgres/postgres.js';
import { persistently } from '../persistently.js';

/** Committed events and documents that have not reached the cache, or MongoDB, yet. */
@Injectable()
export class InvalidationsInFlight {
  constructor(private readonly postgres: Postgres) {}

  /** Whether one of them belongs to this organisation or replaces one of these tags. */
  async concern(orgId: string, tags: readonly string[]): Promise<boolean> {
    const rows = await persistently(() =>
      this.postgres.liveness.run(
        () => this.postgres.sql`
          select 1 from outbox_queue q join outbox_events e on e.id = q.event_id
          where q.dead_at is null and (e.organization_id::text = ${orgId}
            or e.tags && array(select json_array_elements_text(${JSON.stringify(tags)}::text::json)))
          union all
          select 1 from spool s where s.dead_at is null and s.organization_id::text = ${orgId}
          limit 1`,
        'reconciliation.invalidations',
      ),
    );
    return rows.length > 0;
  }
}

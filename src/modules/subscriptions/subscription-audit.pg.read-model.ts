import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';

import { firstIdSince } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { plans } from '../plans/plans.table.js';
import { subscriptions } from './subscriptions.table.js';

/** A subscription that differs from its last event in the log. */
export interface SubscriptionFault {
  id: string;
  organizationId: string;
  userId: string;
  kind: 'missing' | 'different';
}

const MAX_FAULTS = 10_000;

/** Compares subscriptions with the event log. Both are written in the same transactions. */
@Injectable()
export class SubscriptionAudit {
  constructor(private readonly postgres: Postgres) {}

  async count(): Promise<number> {
    const [row] = await this.postgres.unbounded((db) =>
      db.select({ count: sql<number>`count(*)::int` }).from(subscriptions),
    );
    return row?.count ?? 0;
  }

  /**
   * One statement, so that both sides have the same moment. If a subscription has not changed since, the retention may
   * have dropped its event.
   */
  faults(since: Date): Promise<SubscriptionFault[]> {
    return this.compare(since, firstIdSince(null));
  }

  /** Only subscriptions that have an event since then. */
  recentFaults(since: Date): Promise<SubscriptionFault[]> {
    return this.compare(null, firstIdSince(since));
  }

  /** `missingSince` null: a subscription without an event among these is no fault. */
  private compare(missingSince: Date | null, firstId: string): Promise<SubscriptionFault[]> {
    return this.postgres.unbounded((db) =>
      db.execute<SubscriptionFault & Record<string, unknown>>(sql`
        with last as (
          select distinct on (aggregate_id) aggregate_id, payload from outbox_events
          where aggregate_type = 'subscription' and id >= ${firstId}::uuid order by aggregate_id, recorded_at desc, id desc
        )
        select s.id, s.organization_id as "organizationId", s.user_id as "userId",
          case when last.payload is null then 'missing' else 'different' end as kind
        from ${subscriptions} s
        join ${plans} p on p.id = s.plan_id
        left join last on last.aggregate_id = s.id::text
        where (last.payload is null and s.updated_at >= ${missingSince?.toISOString() ?? 'infinity'}::timestamptz)
          or last.payload is not null and (
            last.payload ->> 'status', last.payload ->> 'plan_code', last.payload ->> 'cancel_at_period_end',
            (last.payload ->> 'current_period_end')::timestamptz
          ) is distinct from (s.status, p.code, s.cancel_at_period_end::text, s.current_period_end)
        limit ${MAX_FAULTS}`),
    );
  }
}

import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { entryCounts } from '../entitlements/entry-counts.table.js';
import { entryReservations } from './entry-reservations.table.js';

export interface WrongCount {
  orgId: string;
  userId: string;
  kept: number;
  counted: number;
}

/** Compares the stored number of entries of each account with its reservations, in one snapshot. */
@Injectable()
export class EntryCountsAudit {
  constructor(private readonly postgres: Postgres) {}

  async wrong(): Promise<{ compared: number; wrong: WrongCount[] }> {
    const rows = await this.postgres.run((db) =>
      db.execute<{ org_id: string; user_id: string; kept: number; counted: number }>(sql`
        select coalesce(k.organization_id, r.organization_id) as org_id, coalesce(k.user_id, r.user_id) as user_id,
          coalesce(k.total_entries, 0) as kept, coalesce(r.counted, 0)::int as counted
        from ${entryCounts} k
        full join (
          select organization_id, user_id, count(*) as counted from ${entryReservations} group by 1, 2
        ) r on r.organization_id = k.organization_id and r.user_id = k.user_id`),
    );
    const wrong = rows
      .filter(({ kept, counted }) => kept !== counted)
      .map(({ org_id: orgId, user_id: userId, kept, counted }) => ({ orgId, userId, kept, counted }));
    return { compared: rows.length, wrong };
  }
}

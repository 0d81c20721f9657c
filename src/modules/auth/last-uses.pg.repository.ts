import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { apiKeys } from '../api-keys/api-keys.table.js';
import { sessions } from '../sessions/sessions.table.js';

const COLUMNS = {
  keys: { table: apiKeys, column: sql.identifier('last_used_at') },
  sessions: { table: sessions, column: sql.identifier('last_seen_at') },
} as const;

/** When each of them was used last, by its id. */
export type Uses = ReadonlyMap<string, Date>;

@Injectable()
export class LastUsesRepository {
  constructor(private readonly postgres: Postgres) {}

  /**
   * One statement for all of them. Returns the ids that it wrote: those are left out that another transaction changes, for
   * which this must not wait, and those that are gone.
   */
  async write(of: keyof typeof COLUMNS, uses: Uses): Promise<string[]> {
    const { table, column } = COLUMNS[of];
    const ids = uuidArray([...uses.keys()]);
    const moments = `{${[...uses.values()].map((at) => at.toISOString()).join(',')}}`;
    const rows = await this.postgres.run((db) =>
      db.execute<{ id: string }>(sql`
        with used as (select * from unnest(${ids}::uuid[], ${moments}::timestamptz[]) as used (id, at)),
          free as (select id from ${table} where id = any(${ids}::uuid[]) order by id for no key update skip locked)
        update ${table} as changed set ${column} = greatest(changed.${column}, used.at)
        from used join free using (id) where changed.id = used.id returning changed.id`),
    );
    return rows.map(({ id }) => id);
  }
}

import { Injectable } from '@nestjs/common';
import { eq, type SQL, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { apiKeys } from '../api-keys/api-keys.table.js';
import { sessions } from '../sessions/sessions.table.js';

/** The moment of the last use, by id. */
export type Uses = ReadonlyMap<string, Date>;

/**
 * Writes many rows in one statement. Skips rows that another transaction is changing, so that it waits for none.
 * Returns the ids that were written.
 */
@Injectable()
export class LastUsesRepository {
  constructor(private readonly postgres: Postgres) {}

  async ofKeys(uses: Uses): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db
        .update(apiKeys)
        .set({ lastUsedAt: sql`greatest(${apiKeys.lastUsedAt}, used.at)` })
        .from(free(apiKeys, uses))
        .where(eq(apiKeys.id, sql`used.id`))
        .returning({ id: apiKeys.id }),
    );
    return rows.map(({ id }) => id);
  }

  async ofSessions(uses: Uses): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db
        .update(sessions)
        .set({ lastSeenAt: sql`greatest(${sessions.lastSeenAt}, used.at)` })
        .from(free(sessions, uses))
        .where(eq(sessions.id, sql`used.id`))
        .returning({ id: sessions.id }),
    );
    return rows.map(({ id }) => id);
  }
}

/** `used`: the uses whose rows no other transaction is changing, locked in a fixed order. */
function free(table: typeof apiKeys | typeof sessions, uses: Uses): SQL {
  const ids = uuidArray([...uses.keys()]);
  const moments = `{${[...uses.values()].map((at) => at.toISOString()).join(',')}}`;
  return sql`(
    select given.id, given.at from unnest(${ids}::uuid[], ${moments}::timestamptz[]) as given (id, at)
    join (select id from ${table} where id = any(${ids}::uuid[]) order by id for no key update skip locked) as free
      on free.id = given.id) as used`;
}

import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { persistently } from './persistently.js';

const BATCH = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

const IS_OF_ERASED = `e.subject_email is not null and exists (
  select 1 from outbox_events erased
  where erased.subject_user_id = e.subject_user_id and erased.type = 'user.deleted')`;

/** What no foreign key guards in the outbox: the events of the queue's rows, and the addresses of erased people. */
@Injectable()
export class OutboxLeftovers {
  constructor(private readonly postgres: Postgres) {}

  /** Rows of the queue in the order of their events; `isOrphan`: the log has no such event. */
  queued(): AsyncGenerator<{ id: string; isOrphan: boolean }[]> {
    return inBatches((after) =>
      this.ask(
        (sql) => sql<{ id: string; isOrphan: boolean }[]>`
          select q.event_id as id, e.id is null as "isOrphan"
          from outbox_queue q left join outbox_events e on e.id = q.event_id
          where q.event_id > ${after}::uuid order by q.event_id limit ${BATCH}`,
      ),
    );
  }

  /** Events that still contain the address of a person whose account was deleted. */
  namingErased(): AsyncGenerator<{ id: string }[]> {
    return inBatches((after) =>
      this.ask(
        (sql) => sql<{ id: string }[]>`
          select e.id from outbox_events e where e.id > ${after}::uuid and ${sql.unsafe(IS_OF_ERASED)}
          order by e.id limit ${BATCH}`,
      ),
    );
  }

  /** Does nothing if the event exists after all. */
  async removeQueued(eventId: string): Promise<void> {
    await this.ask(
      (sql) => sql`
        delete from outbox_queue q where q.event_id = any(${uuidArray([eventId])}::uuid[])
          and not exists (select 1 from outbox_events e where e.id = q.event_id)`,
    );
  }

  async erase(eventId: string): Promise<void> {
    await this.ask(
      (sql) => sql`
        update outbox_events e set subject_email = null
        where e.id = any(${uuidArray([eventId])}::uuid[]) and ${sql.unsafe(IS_OF_ERASED)}`,
    );
  }

  private ask<T>(query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return persistently(() =>
      this.postgres.liveness.run(() => query(this.postgres.sql), 'reconciliation.leftovers'),
    );
  }
}

async function* inBatches<T extends { id: string }>(
  read: (after: string) => Promise<readonly T[]>,
): AsyncGenerator<T[]> {
  let after = BEFORE_ALL;
  for (;;) {
    const rows = await read(after);
    const last = rows.at(-1);
    if (!last) return;
    yield [...rows];
    after = last.id;
  }
}

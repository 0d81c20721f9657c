import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';

import { firstIdSince } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import type { EventType, RecordedEvent } from '../outbox/domain-event.js';
import { EVENT_COLUMNS, eventOf } from '../outbox/event-row.js';
import { readAhead } from '../read-ahead.js';
import { BATCH } from './check.js';
import { persistently } from './persistently.js';

/** An event of the log, with its state in the queue. */
export interface HistoricEvent {
  id: string;
  /** Null: this version does not know its type or shape. */
  event: RecordedEvent | null;
  /** Still to be delivered. A dead letter is not pending, because no process delivers it any more. */
  isPending: boolean;
}

/** The row is committed together with the event. It is removed, or marked, only after MongoDB has the event. */
const IS_PENDING = `exists (
  select 1 from outbox_queue q where q.event_id = e.id and not q.is_delivered and q.dead_at is null)`;

/** The outbox's event log, as the source of truth for the documents that were made from it. */
@Injectable()
export class EventHistory {
  constructor(private readonly postgres: Postgres) {}

  /** Every event of these types in the order of ids. `since`: only those that were made then or later. */
  batches(types: readonly EventType[], since: Date | null = null): AsyncGenerator<RecordedEvent[]> {
    return readAhead(this.walk(types, firstIdSince(since)));
  }

  /** Those of `ids` that the log contains, of any type. A text that is no id is never among them. */
  async byIds(ids: readonly string[]): Promise<Map<string, HistoricEvent>> {
    const rows = await this.ask(
      'reconciliation.events_by_id',
      (sql) => sql<Record<string, unknown>[]>`
        select ${sql.unsafe(EVENT_COLUMNS)}, ${sql.unsafe(IS_PENDING)} as is_pending
        from outbox_events e where e.id = any(${uuidArray(ids.filter((id) => validate(id)))}::uuid[])`,
    );
    return new Map(
      rows.map((row) => {
        const id = String(row['id']);
        return [id, { id, event: eventOf(row), isPending: row['is_pending'] === true }];
      }),
    );
  }

  /**
   * The first id of the log. An older document may stem from an event that the retention has dropped, so it cannot be
   * judged here. The retention runs meanwhile, so a caller that misses an event has to ask this afterwards, before it
   * judges.
   */
  async beginning(): Promise<string> {
    const [row] = await this.ask(
      'reconciliation.log_beginning',
      (sql) => sql<{ id: string }[]>`select outbox_log_beginning() as id`,
    );
    if (!row) throw new Error('A query without a table returned no row');
    return row.id;
  }

  private async *walk(types: readonly EventType[], first: string): AsyncGenerator<RecordedEvent[]> {
    let after = first;
    for (;;) {
      const rows = await this.ask(
        'reconciliation.events',
        (sql) => sql<Record<string, unknown>[]>`
          select ${sql.unsafe(EVENT_COLUMNS)} from outbox_events e
          where e.id > ${after}::uuid
            and e.type in (select json_array_elements_text(${JSON.stringify(types)}::text::json))
          order by e.id limit ${BATCH}`,
      );
      const last = rows.at(-1);
      if (!last) return;
      yield rows.map(eventOf).filter((event) => event !== null);
      after = String(last['id']);
    }
  }

  private ask<T>(name: string, query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return persistently(() => this.postgres.liveness.run(() => query(this.postgres.sql), name));
  }
}

import { Injectable } from '@nestjs/common';

import { EVENT_COLUMNS, eventOf } from '../../../flows/outbox/event-row.js';
import { Postgres } from '../../../stores/postgres/postgres.js';
import { uuidArray } from '../../../stores/postgres/uuid-array.js';
import { activityProjection } from '../../activity/activity.projection.js';
import type { EntryDocument } from './leaf.js';

/** An event of the outbox, which determines what its entry has to be. */
export interface Witness {
  id: string;
  /** The entry as it has to be. Null: this version does not know the type or shape of the event. */
  entry: EntryDocument | null;
}

type Row = Record<string, unknown>;

/** The outbox's event log as the witness of its entries. */
@Injectable()
export class Witnesses {
  constructor(private readonly postgres: Postgres) {}

  /** Witnesses in the order of ids. */
  async page(after: string, upTo: string, limit: number): Promise<Witness[]> {
    const rows = await this.ask(
      (sql) => sql<Row[]>`
        select ${sql.unsafe(EVENT_COLUMNS)} from outbox_events e
        where e.id > ${after}::uuid and e.id <= ${upTo}::uuid order by e.id limit ${limit}`,
    );
    return rows.map(witnessOf);
  }

  async byIds(ids: readonly string[]): Promise<Witness[]> {
    const rows = await this.ask(
      (sql) => sql<Row[]>`
        select ${sql.unsafe(EVENT_COLUMNS)} from outbox_events e where e.id = any(${uuidArray(ids)}::uuid[])`,
    );
    return rows.map(witnessOf);
  }

  /**
   * The beginning of the log. An older entry may have had a witness that the retention has dropped. To be read after
   * the witnesses.
   */
  async beginning(): Promise<string> {
    const [row] = await this.ask((sql) => sql<{ id: string }[]>`select outbox_log_beginning() as id`);
    if (!row) throw new Error('A query without a table returned no row');
    return row.id;
  }

  private ask<T>(query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return this.postgres.liveness.run(() => query(this.postgres.sql), 'audit.witnesses');
  }
}

function witnessOf(row: Row): Witness {
  const event = eventOf(row);
  const [write] = event ? activityProjection.writes(event) : [];
  return { id: String(row['id']), entry: write && 'insert' in write ? write.insert : null };
}

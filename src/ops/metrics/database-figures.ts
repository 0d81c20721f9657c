import { Injectable, Logger } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { within } from '../../common/time/within.js';

export interface TableFigures {
  table: string;
  liveRows: number;
  sizeBytes: number;
  sequentialScans: number;
}

export interface IndexFigures {
  table: string;
  index: string;
  scans: number;
  sizeBytes: number;
}

export interface DatabaseFigures {
  sizeBytes: number;
  /** Connections of every process, by their state. */
  connections: readonly { state: string; count: number }[];
  tables: readonly TableFigures[];
  indexes: readonly IndexFigures[];
}

const FRESH_MS = 15_000;
const BUDGET_MS = 1_000;
/** The monthly partitions of a table count as the table, so that labels do not change every month. */
const WHOLE_TABLE = 'coalesce(inhparent::regclass::text, relname)';

/** Size and index use of PostgreSQL, queried at most every 15 s and for no longer than 1 s. */
@Injectable()
export class DatabaseFiguresReader {
  private readonly logger = new Logger(DatabaseFiguresReader.name);
  private figures: DatabaseFigures | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | null = null;

  constructor(private readonly postgres: Postgres) {}

  /** Null if PostgreSQL is down, or has not answered yet. Never rejects. */
  async read(): Promise<DatabaseFigures | null> {
    if (performance.now() - this.askedAt > FRESH_MS) {
      this.asking ??= this.ask().finally(() => {
        this.asking = null;
      });
      await within(this.asking, BUDGET_MS);
    }
    return this.postgres.liveness.isUp ? this.figures : null;
  }

  private async ask(): Promise<void> {
    try {
      this.figures = await this.postgres.liveness.run(() => this.query(), 'statistics');
    } catch (error) {
      this.figures = null;
      if (!(error instanceof StoreUnavailable))
        this.logger.warn(error, 'The size of the database could not be read');
    }
    this.askedAt = performance.now();
  }

  /** In a transaction, because `statement_timeout` holds only there. */
  private query(): Promise<DatabaseFigures> {
    return this.postgres.sql.begin('read only', async (sql) => {
      await sql`select set_config('statement_timeout', ${String(BUDGET_MS)}, true)`;
      const [size] = await sql<
        { bytes: string }[]
      >`select pg_database_size(current_database())::text as bytes`;
      const connections = await sql<{ state: string; count: number }[]>`
        select coalesce(state, 'other') as state, count(*)::int as count
          from pg_stat_activity where datname = current_database() group by 1 order by 1`;
      const tables = await sql<Record<keyof TableFigures, string>[]>`
        select ${sql.unsafe(WHOLE_TABLE)} as "table", sum(n_live_tup)::text as "liveRows",
               sum(pg_table_size(relid))::text as "sizeBytes", coalesce(sum(seq_scan), 0)::text as "sequentialScans"
          from pg_stat_user_tables left join pg_inherits on inhrelid = relid
          where schemaname = 'public' group by 1 order by 1`;
      const indexes = await sql<Record<keyof IndexFigures, string>[]>`
        select (select pg_index.indrelid::regclass::text from pg_index
                 where pg_index.indexrelid = coalesce(inhparent, stat.indexrelid)) as "table",
               coalesce(inhparent::regclass::text, indexrelname) as "index", sum(idx_scan)::text as "scans",
               sum(pg_relation_size(stat.indexrelid))::text as "sizeBytes"
          from pg_stat_user_indexes stat left join pg_inherits on inhrelid = stat.indexrelid
          where schemaname = 'public' group by 1, 2 order by 2`;
      return {
        sizeBytes: Number(size?.bytes ?? 0),
        connections: [...connections],
        tables: tables.map(({ table, liveRows, sizeBytes, sequentialScans }) => ({
          table,
          liveRows: Number(liveRows),
          sizeBytes: Number(sizeBytes),
          sequentialScans: Number(sequentialScans),
        })),
        indexes: indexes.map(({ table, index, scans, sizeBytes }) => ({
          table,
          index,
          scans: Number(scans),
          sizeBytes: Number(sizeBytes),
        })),
      };
    });
  }
}

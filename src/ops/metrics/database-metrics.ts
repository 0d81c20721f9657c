import { Injectable } from '@nestjs/common';

import { DatabaseFiguresReader, type IndexFigures, type TableFigures } from './database-figures.js';
import { MetricsRegistry, type Samples, single } from './metrics-registry.js';

/** Size and index use of PostgreSQL; absent while PostgreSQL is down. */
@Injectable()
export class DatabaseMetrics {
  constructor(
    private readonly metrics: MetricsRegistry,
    private readonly reader: DatabaseFiguresReader,
  ) {
    metrics.gauge('triptych_postgres_database_size_bytes', 'Size of the database on disk.', [], async () =>
      single((await reader.read())?.sizeBytes),
    );
    metrics.gauge(
      'triptych_postgres_connections',
      'Connections to the database, of every process; at most every 15 s.',
      ['state'],
      async () =>
        (await reader.read())?.connections.map(({ state, count }) => ({ labels: { state }, value: count })) ??
        null,
    );
    this.ofTables(
      'size_bytes',
      'Size of the table on disk, without its indexes.',
      (table) => table.sizeBytes,
    );
    this.ofTables('live_rows', 'Estimated rows of the table.', (table) => table.liveRows);
    this.ofTables(
      'sequential_scans',
      'Sequential scans since the statistics began.',
      (t) => t.sequentialScans,
    );
    this.ofIndexes('size_bytes', 'Size of the index on disk.', (index) => index.sizeBytes);
    this.ofIndexes(
      'scans',
      'Scans of the index since the statistics began; 0: unused.',
      (index) => index.scans,
    );
  }

  private ofTables(name: string, help: string, value: (table: TableFigures) => number): void {
    this.metrics.gauge(`triptych_postgres_table_${name}`, help, ['table'], async (): Promise<Samples> => {
      const figures = await this.reader.read();
      return (
        figures?.tables.map((table) => ({ labels: { table: table.table }, value: value(table) })) ?? null
      );
    });
  }

  private ofIndexes(name: string, help: string, value: (index: IndexFigures) => number): void {
    this.metrics.gauge(
      `triptych_postgres_index_${name}`,
      help,
      ['table', 'index'],
      async (): Promise<Samples> => {
        const figures = await this.reader.read();
        const toSample = (index: IndexFigures) => ({
          labels: { table: index.table, index: index.index },
          value: value(index),
        });
        return figures?.indexes.map(toSample) ?? null;
      },
    );
  }
}

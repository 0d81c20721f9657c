import { Injectable } from '@nestjs/common';

import { QueueConnection } from '../queue/queue-connection.js';

/** Knows which aggregates have waiting documents, so that a decision about a record can wait for them. */
@Injectable()
export class SpoolBacklog {
  constructor(private readonly connection: QueueConnection) {}

  /** Those of `aggregates` that have a waiting document, dead letters excepted. Rejects with `StoreUnavailable`. */
  async withWaiting(aggregates: readonly string[]): Promise<ReadonlySet<string>> {
    if (aggregates.length === 0) return new Set();
    const rows = await this.connection.run(
      'spool.with_waiting',
      (sql) => sql<{ aggregate: string }[]>`
        select aggregate from jsonb_array_elements_text(${JSON.stringify(aggregates)}::text::jsonb) as asked(aggregate)
        where exists (
          select 1 from spool where spool.aggregate = asked.aggregate and not is_delivered and dead_at is null)`,
    );
    return new Set(rows.map(({ aggregate }) => aggregate));
  }
}

import { Injectable } from '@nestjs/common';

import type { Check, ComparedBatch, Difference } from './check.js';
import { OrphanDocuments } from './orphan-documents.js';
import { OutboxLeftovers } from './outbox-leftovers.pg.repository.js';

const QUEUE = 'outbox_queue';
const LOG = 'outbox_events';

/** Finds records without an owner. In PostgreSQL, foreign keys prevent them, except in the outbox, which has none. */
@Injectable()
export class OrphansCheck implements Check {
  readonly name = 'orphans';

  constructor(
    private readonly documents: OrphanDocuments,
    private readonly leftovers: OutboxLeftovers,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    yield* this.documents.compare();
    for await (const rows of this.leftovers.queued()) {
      const orphans = rows.filter(({ isOrphan }) => isOrphan);
      yield {
        compared: rows.length,
        differences: orphans.map(({ id }) => leftover(QUEUE, id, 'extra', 'the log has no such event')),
      };
    }
    for await (const rows of this.leftovers.namingErased()) {
      yield {
        compared: rows.length,
        differences: rows.map(({ id }) =>
          leftover(LOG, id, 'different', 'subject_email of an erased person'),
        ),
      };
    }
  }

  compareRecent(since: Date): AsyncIterable<ComparedBatch> {
    return this.documents.compare(since);
  }

  async repair({ record, id }: Difference): Promise<string | null> {
    const [store = ''] = record.split('/');
    switch (store) {
      case QUEUE:
        await this.leftovers.removeQueued(String(id));
        return 'removed it from the queue';
      case LOG:
        await this.leftovers.erase(String(id));
        return 'erased the address';
      default:
        return this.documents.repair(store, id);
    }
  }
}

const leftover = (table: string, id: string, kind: 'extra' | 'different', detail: string): Difference => ({
  kind,
  record: `${table}/${id}`,
  id,
  detail,
  tags: [],
});

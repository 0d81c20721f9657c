import { Injectable, Logger } from '@nestjs/common';

import { Unavailable } from '../../common/errors/kinds.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { IngestedDocument } from '../ingest/ingested-document.js';
import { ingestLimits, sizeOf } from '../ingest/ingested-documents.mongo.repository.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { GroupCommit } from '../queue/group-commit.js';
import { SpoolCounters } from './spool-counters.js';
import { SpoolDelivery } from './spool-delivery.js';
import { SpoolIntake } from './spool-intake.pg.repository.js';
import { type LeasedDocument, SpoolQueue } from './spool-queue.pg.repository.js';
import { SpoolWakeup } from './spool-wakeup.js';

/** Keeps documents in PostgreSQL until MongoDB has them. */
@Injectable()
export class Spool {
  private readonly logger = new Logger(Spool.name);
  private readonly additions: GroupCommit<IngestedDocument>;
  private readonly deliveries: GroupCommit<LeasedDocument>;

  constructor(
    private readonly postgres: Postgres,
    private readonly mongo: Mongo,
    private readonly intake: SpoolIntake,
    private readonly queue: SpoolQueue,
    private readonly delivery: SpoolDelivery,
    private readonly wakeup: SpoolWakeup,
    private readonly counters: SpoolCounters,
    tuning: OutboxTuning,
  ) {
    this.additions = new GroupCommit(
      ingestLimits(({ document }) => Number(sizeOf(document))),
      (batch) => this.intake.append(batch),
    );
    this.deliveries = new GroupCommit(tuning.groups, async (batch) => {
      await this.delivery.deliver(batch);
    });
  }

  /**
   * The documents are durable when this resolves. Concurrent callers share one statement. Rejects with
   * `StoreUnavailable` if PostgreSQL does not answer.
   */
  async add(batch: readonly IngestedDocument[]): Promise<void> {
    await this.additions.add(batch);
    this.counters.accepted += batch.length;
    this.wakeup.wake();
  }

  /**
   * The documents become durable with the open transaction, or with a transaction of their own. After the commit, and
   * before the caller of the transaction continues, they are delivered if MongoDB is reachable and no document of
   * their aggregates waits.
   */
  async addInTransaction(batch: readonly IngestedDocument[]): Promise<void> {
    await this.postgres.transaction(async (tx) => {
      const leased = await this.intake.appendWithin(tx, batch, this.mongo.takesWrites);
      this.postgres.afterCommit(tx, async () => {
        this.counters.accepted += batch.length - leased.size;
        await this.deliverNow(batch.filter(({ document }) => leased.has(document._id)));
        this.wakeup.wake();
      });
    });
  }

  /** Never rejects, because the transaction is committed, and the relay repeats what fails here. */
  private async deliverNow(batch: readonly IngestedDocument[]): Promise<void> {
    try {
      // Uses the present address of a person who was renamed or deleted before the commit. After a later change,
      // `Readdressing` sees the lease and waits.
      const addressed = await this.queue.readdressed(batch);
      await this.deliveries.add(addressed.map((ingested) => ({ ingested, attempts: 0 })));
    } catch (error) {
      if (error instanceof Unavailable) this.logger.debug('The relay repeats a delivery');
      else this.logger.error({ err: error }, 'A delivery failed after its commit; the relay takes over');
    }
  }
}

import { Injectable } from '@nestjs/common';

import { CacheKeyCount } from '../../cache/cache-key-count.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { MongoConnections } from '../../stores/mongo/mongo-connections.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { DocumentsService } from '../documents/documents.service.js';
import { TransactionSummaryReadModel } from '../transactions/transaction-summary.pg.read-model.js';
import { canReadStats } from './polyglot.policy.js';

export interface LayerEightFigures {
  poolSize: number;
  mongoConnections: number;
  cacheKeys: number;
  transactions: number;
  documents: number;
}

/** Layer 8's statistics of one organisation, from stored counts without a scan of records. */
@Injectable()
export class LayerEightStats {
  constructor(
    private readonly postgres: Postgres,
    private readonly connections: MongoConnections,
    private readonly keys: CacheKeyCount,
    private readonly summaries: TransactionSummaryReadModel,
    private readonly documents: DocumentsService,
  ) {}

  async figures(actor: Principal): Promise<LayerEightFigures> {
    assertCan(canReadStats(actor));
    const [documents, transactions, cacheKeys] = await Promise.all([
      this.documents.countIn(actor.orgId),
      this.summaries.count(actor.orgId),
      this.keys.of(actor.orgId),
    ]);
    const { max: poolSize } = this.postgres.use;
    return { poolSize, mongoConnections: this.connections.count, cacheKeys, transactions, documents };
  }
}

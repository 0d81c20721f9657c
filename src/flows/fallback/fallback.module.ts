import { Module } from '@nestjs/common';

import { CacheModule } from '../../cache/cache.module.js';
import { MongoModule } from '../../stores/mongo/mongo.module.js';
import { PostgresModule } from '../../stores/postgres/postgres.module.js';
import { FallbackCounters } from './fallback-counters.js';
import { FallbackTuning } from './fallback-tuning.js';
import { ReconcileJob } from './reconcile-job.js';
import { Reconciler } from './reconciler.js';
import { ReplicaComparison } from './replica-comparison.js';
import { StoreFallback } from './store-fallback.js';
import { SyncMarks } from './sync-marks.js';

/** Records that both MongoDB and PostgreSQL hold: writes, reads, reconciles and compares them. */
@Module({
  imports: [CacheModule, MongoModule, PostgresModule],
  providers: [
    FallbackCounters,
    FallbackTuning,
    ReconcileJob,
    Reconciler,
    ReplicaComparison,
    StoreFallback,
    SyncMarks,
  ],
  exports: [FallbackCounters, Reconciler, ReplicaComparison, StoreFallback, SyncMarks],
})
export class FallbackModule {}

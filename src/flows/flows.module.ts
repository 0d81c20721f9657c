import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { CacheModule } from '../cache/cache.module.js';
import { MongoModule } from '../stores/mongo/mongo.module.js';
import { PostgresModule } from '../stores/postgres/postgres.module.js';
import { RedisModule } from '../stores/redis/redis.module.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { Declarations } from './declarations.js';
import { ArchiveFiles } from './archive/archive-files.js';
import { ArchiveJob } from './archive/archive-job.js';
import { Archive } from './archive/archive.js';
import { ExpiredDocuments } from './archive/expired-documents.mongo.repository.js';
import { CountJournal } from './counting/count-journal.mongo.repository.js';
import { CountRecovery } from './counting/count-recovery.js';
import { CountedInserts } from './counting/counted-inserts.js';
import { CountingTuning } from './counting/counting-tuning.js';
import { Counting } from './counting/counting.js';
import { EffectBacklog } from './effects/effect-backlog.mongo.repository.js';
import { EffectCollections } from './effects/effect-collections.js';
import { EffectDeadLetters } from './effects/effect-dead-letters.mongo.repository.js';
import { EffectDelivery } from './effects/effect-delivery.js';
import { EffectSettlement } from './effects/effect-settlement.js';
import { EffectRelay } from './effects/effect-relay.js';
import { EffectRepair } from './effects/effect-repair.js';
import { EffectStats } from './effects/effect-stats.mongo.repository.js';
import { EffectTuning } from './effects/effect-tuning.js';
import { EffectWakeup } from './effects/effect-wakeup.js';
import { Effects } from './effects/effects.js';
import { PendingEffects } from './effects/pending-effects.mongo.repository.js';
import { AccountErasers } from './erasure/account-erasers.js';
import { LateWrites } from './erasure/late-writes.js';
import { RemoveLateWrites } from './erasure/remove-late-writes.job.js';
import { WaitingWrites } from './erasure/waiting-writes.pg.read-model.js';
import { DeduplicatedDocuments } from './ingest/deduplicated.mongo.repository.js';
import { Ingest } from './ingest/ingest.js';
import { IngestedDocuments } from './ingest/ingested-documents.mongo.repository.js';
import { MongoIndexes } from './mongo-indexes.js';
import { AddressedEntries } from './outbox/addressed-entries.js';
import { AwaitedDeliveries } from './outbox/awaited-deliveries.js';
import { Delivery } from './outbox/delivery.js';
import { EventLog } from './outbox/event-log.pg.repository.js';
import { InlineDelivery } from './outbox/inline-delivery.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxCounters } from './outbox/outbox-counters.js';
import { OutboxDeadLetters } from './outbox/outbox-dead-letters.pg.repository.js';
import { OutboxQueue } from './outbox/outbox-queue.pg.repository.js';
import { OutboxShutdown } from './outbox/outbox-shutdown.js';
import { OutboxStats } from './outbox/outbox-stats.js';
import { OutboxTuning } from './outbox/outbox-tuning.js';
import { Readdressing } from './outbox/readdressing.js';
import { ReaddressingRows } from './outbox/readdressing-rows.pg.repository.js';
import { Relay } from './outbox/relay.js';
import { Settlement } from './outbox/settlement.js';
import { StaleTags } from './outbox/stale-tags.js';
import { StaleTagRows } from './outbox/stale-tags.pg.repository.js';
import { ProjectedDocuments } from './projections/projected.mongo.repository.js';
import { Projections } from './projections/projections.js';
import { LeaseOwner } from './queue/lease-owner.js';
import { QueueConnection } from './queue/queue-connection.js';
import { RelayWakeup } from './queue/relay-wakeup.js';
import { EventPartitions } from './retention/event-partitions.pg.repository.js';
import { Retention } from './retention/retention.js';
import { RetentionTuning } from './retention/retention-tuning.js';
import { JobCounters } from './scheduler/job-counters.js';
import { JobDeadLetters } from './scheduler/job-dead-letters.pg.repository.js';
import { JobQueue } from './scheduler/job-queue.pg.repository.js';
import { JobRunner } from './scheduler/job-runner.js';
import { JobStats } from './scheduler/job-stats.js';
import { JobTransactions } from './scheduler/job-transactions.js';
import { JobWorker } from './scheduler/job-worker.js';
import { Jobs } from './scheduler/jobs.js';
import { PeriodicJobs } from './scheduler/periodic-jobs.pg.repository.js';
import { ScheduledJobs } from './scheduler/scheduled-jobs.pg.repository.js';
import { Scheduler } from './scheduler/scheduler.js';
import { SchedulerTuning } from './scheduler/scheduler-tuning.js';
import { Spool } from './spool/spool.js';
import { SpoolBacklog } from './spool/spool-backlog.pg.repository.js';
import { SpoolCounters } from './spool/spool-counters.js';
import { SpoolDeadLetters } from './spool/spool-dead-letters.pg.repository.js';
import { SpoolDelivery } from './spool/spool-delivery.js';
import { SpoolIntake } from './spool/spool-intake.pg.repository.js';
import { SpoolQueue } from './spool/spool-queue.pg.repository.js';
import { SpoolRelay } from './spool/spool-relay.js';
import { SpoolStats } from './spool/spool-stats.js';
import { SpoolWakeup } from './spool/spool-wakeup.js';

const outbox = [
  AwaitedDeliveries,
  Delivery,
  EventLog,
  EventPartitions,
  InlineDelivery,
  LeaseOwner,
  QueueConnection,
  OutboxCounters,
  OutboxDeadLetters,
  OutboxQueue,
  OutboxShutdown,
  OutboxTuning,
  Readdressing,
  ReaddressingRows,
  Relay,
  RelayWakeup,
  Retention,
  RetentionTuning,
  Settlement,
  StaleTagRows,
  StaleTags,
];

const effects = [
  EffectBacklog,
  EffectDeadLetters,
  EffectDelivery,
  EffectSettlement,
  EffectRelay,
  EffectRepair,
  Effects,
  EffectStats,
  EffectTuning,
  EffectWakeup,
  PendingEffects,
  {
    provide: EffectCollections,
    inject: [Declarations],
    useFactory: ({ collections }: Declarations) =>
      new EffectCollections(collections.filter((collection) => collection.effects)),
  },
];

const archive = [Archive, ArchiveFiles, ArchiveJob, ExpiredDocuments];

const counting = [CountedInserts, Counting, CountingTuning, CountJournal, CountRecovery];

const ingestion = [
  ...counting,
  DeduplicatedDocuments,
  Ingest,
  IngestedDocuments,
  Spool,
  SpoolBacklog,
  SpoolCounters,
  SpoolDeadLetters,
  SpoolDelivery,
  SpoolIntake,
  SpoolQueue,
  SpoolRelay,
  SpoolStats,
  SpoolWakeup,
];

const scheduler = [
  JobCounters,
  JobDeadLetters,
  JobQueue,
  JobRunner,
  JobStats,
  JobTransactions,
  JobWorker,
  Jobs,
  PeriodicJobs,
  ScheduledJobs,
  Scheduler,
  SchedulerTuning,
];

/** Moves data between the stores. It imports their modules, so that it ends before they are closed. */
@Global()
@Module({
  imports: [DiscoveryModule, PostgresModule, MongoModule, RedisModule, CacheModule],
  providers: [
    AccountErasers,
    LateWrites,
    RemoveLateWrites,
    WaitingWrites,
    ...outbox,
    ...effects,
    ...archive,
    ...ingestion,
    ...scheduler,
    DeadLetters,
    MongoIndexes,
    Outbox,
    OutboxStats,
    ProjectedDocuments,
    Projections,
  ],
  exports: [
    AccountErasers,
    CountJournal,
    Declarations,
    LeaseOwner,
    Projections,
    DeadLetters,
    EffectBacklog,
    EffectCollections,
    EffectRepair,
    EffectStats,
    Effects,
    Ingest,
    IngestedDocuments,
    JobStats,
    Jobs,
    LateWrites,
    MongoIndexes,
    Outbox,
    OutboxStats,
    PeriodicJobs,
    ProjectedDocuments,
    Scheduler,
    SpoolBacklog,
    SpoolStats,
  ],
})
export class FlowsModule {
  static forRoot(declared: Declarations): DynamicModule {
    return {
      module: FlowsModule,
      providers: [
        { provide: Declarations, useValue: declared },
        { provide: AddressedEntries, useClass: declared.addressedEntries },
      ],
    };
  }
}

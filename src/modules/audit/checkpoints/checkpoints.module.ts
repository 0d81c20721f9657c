import { Module } from '@nestjs/common';

import { AuditedEntries } from './audited-entries.mongo.repository.js';
import { CheckpointTuning } from './checkpoint-tuning.js';
import { Checkpoints } from './checkpoints.pg.repository.js';
import { LogComparison } from './log-comparison.js';
import { QueuedEntries } from './queued-entries.pg.read-model.js';
import { SealedEntries } from './sealed-entries.js';
import { Sealer } from './sealer.js';
import { SealingJob } from './sealing-job.js';
import { Sealing } from './sealing.pg.repository.js';
import { UnsealedEntrySearch } from './unsealed-entry-search.js';
import { ActivityVerification } from './verification.js';
import { WaitingEntries } from './waiting-entries.js';
import { Witnesses } from './witnesses.pg.read-model.js';

/** Seals the activity log in PostgreSQL, and detects manipulation of the log. */
@Module({
  providers: [
    ActivityVerification,
    AuditedEntries,
    CheckpointTuning,
    Checkpoints,
    LogComparison,
    QueuedEntries,
    SealedEntries,
    Sealer,
    Sealing,
    SealingJob,
    UnsealedEntrySearch,
    WaitingEntries,
    Witnesses,
  ],
  exports: [ActivityVerification],
})
export class CheckpointsModule {}

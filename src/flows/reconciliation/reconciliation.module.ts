import { Module } from '@nestjs/common';

import { CacheCheck } from './cache/cache.check.js';
import { CachedEntries } from './cache/cached-entries.js';
import { ExplicitEntries } from './cache/explicit-entries.js';
import { FreshLoads } from './cache/fresh-loads.js';
import { InvalidationsInFlight } from './cache/invalidations-in-flight.pg.read-model.js';
import { Checks } from './checks.js';
import { CopyComparison } from './copy-comparison.js';
import { DeadDocuments } from './dead-documents.pg.repository.js';
import { DocumentWalk } from './document-walk.mongo.repository.js';
import { Documents } from './documents.mongo.repository.js';
import { EffectTargets } from './effect-targets.js';
import { EffectsCheck } from './effects.check.js';
import { EventHistory } from './event-history.pg.repository.js';
import { OrganizationsOfRecord } from './organizations.pg.read-model.js';
import { OrphanDocuments } from './orphan-documents.js';
import { OrphansCheck } from './orphans.check.js';
import { OutboxLeftovers } from './outbox-leftovers.pg.repository.js';
import { Reconciliation } from './reconciliation.js';
import { SpoolCheck } from './spool.check.js';

/** Compares the stores. A feature with a check of its own imports it for the classes that read both sides. */
@Module({
  providers: [
    CacheCheck,
    CachedEntries,
    Checks,
    CopyComparison,
    DeadDocuments,
    Documents,
    DocumentWalk,
    EffectsCheck,
    EffectTargets,
    EventHistory,
    ExplicitEntries,
    FreshLoads,
    InvalidationsInFlight,
    OrganizationsOfRecord,
    OrphanDocuments,
    OrphansCheck,
    OutboxLeftovers,
    Reconciliation,
    SpoolCheck,
  ],
  exports: [
    CopyComparison,
    Documents,
    DocumentWalk,
    EventHistory,
    ExplicitEntries,
    InvalidationsInFlight,
    Reconciliation,
  ],
})
export class ReconciliationModule {}

import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';

import { AccountsOfRecord } from './accounts.pg.read-model.js';
import { CacheCheck } from './cache/cache.check.js';
import { CachedEntries } from './cache/cached-entries.js';
import { CredentialHashes } from './cache/credential-hashes.pg.read-model.js';
import { FreshLoads } from './cache/fresh-loads.js';
import { InvalidationsInFlight } from './cache/invalidations-in-flight.pg.read-model.js';
import { RouteReplay } from './cache/route-replay.js';
import type { Check } from './check.js';
import { CopyComparison } from './copy-comparison.js';
import { DeadDocuments } from './dead-documents.pg.repository.js';
import { DocumentWalk } from './document-walk.mongo.repository.js';
import { Documents } from './documents.mongo.repository.js';
import { EventHistory } from './event-history.pg.repository.js';
import { LoginAnalyticsCheck } from './login-analytics.check.js';
import { OrganizationsOfRecord } from './organizations.pg.read-model.js';
import { OrphanDocuments } from './orphan-documents.js';
import { OrphansCheck } from './orphans.check.js';
import { OutboxActivityCheck } from './outbox-activity.check.js';
import { OutboxLeftovers } from './outbox-leftovers.pg.repository.js';
import { ALL_CHECKS, Reconciliation } from './reconciliation.js';
import { SpoolCheck } from './spool.check.js';
import { UserEmailCheck } from './user-email.check.js';

/** In this order: what shows several records comes after what compares each of them. A new check is added here. */
const CHECKS = [
  OutboxActivityCheck,
  LoginAnalyticsCheck,
  SpoolCheck,
  UserEmailCheck,
  OrphansCheck,
  CacheCheck,
];

/** Compares the stores. Needs the global modules of the stores, the cache and the flows, and the application's routes. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    AccountsOfRecord,
    CachedEntries,
    CopyComparison,
    CredentialHashes,
    DeadDocuments,
    Documents,
    DocumentWalk,
    EventHistory,
    FreshLoads,
    InvalidationsInFlight,
    OrganizationsOfRecord,
    OrphanDocuments,
    OutboxLeftovers,
    RouteReplay,
    ...CHECKS,
    { provide: ALL_CHECKS, inject: CHECKS, useFactory: (...checks: Check[]): Check[] => checks },
    Reconciliation,
  ],
  exports: [Reconciliation],
})
export class ReconciliationModule {}

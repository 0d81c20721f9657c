import { type INestApplicationContext, Logger, Module, type Provider, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';

import { CacheModule } from '../../../../src/cache/cache.module.js';
import { SharedTier } from '../../../../src/cache/shared-tier.js';
import { TaggedCache } from '../../../../src/cache/tagged-cache.js';
import { CommonModule } from '../../../../src/common/common.module.js';
import { newId } from '../../../../src/common/ids/ids.js';
import type { Env } from '../../../../src/config/aliases.js';
import { ConfigModule } from '../../../../src/config/config.module.js';
import { DECLARED } from '../../../../src/declare.js';
import { Declarations } from '../../../../src/flows/declarations.js';
import { FlowsModule } from '../../../../src/flows/flows.module.js';
import type { DomainEvent } from '../../../../src/flows/outbox/domain-event.js';
import { Outbox } from '../../../../src/flows/outbox/outbox.js';
import { OutboxTuning } from '../../../../src/flows/outbox/outbox-tuning.js';
import { ProjectedDocuments } from '../../../../src/flows/projections/projected.mongo.repository.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../../../src/modules/activity/activity-log.js';
import { Mongo } from '../../../../src/stores/mongo/mongo.js';
import { MongoModule } from '../../../../src/stores/mongo/mongo.module.js';
import { Postgres } from '../../../../src/stores/postgres/postgres.js';
import { PostgresModule } from '../../../../src/stores/postgres/postgres.module.js';
import { RedisModule } from '../../../../src/stores/redis/redis.module.js';
import { parseConfig } from '../../../../src/config/parse-config.js';
import { createTestStores, type TestStores } from '../../../support/test-stores.js';
import { NotedDocuments } from './stand-ins.js';

type Class<T> = abstract new (...args: never[]) => T;

export interface FlowsOptions {
  tuning?: Partial<OutboxTuning>;
  env?: Env;
  /** Stand-ins for providers, by class. */
  replace?: readonly (readonly [Class<unknown>, object])[];
  /** What a feature would add: handlers of jobs, its module. */
  providers?: Provider[];
  imports?: Type[];
  /** Notes what this process writes to MongoDB, in that order. */
  applied?: Record<string, unknown>[];
}

/** One process's worth of flows, without HTTP. Several on the same stores are several relays. */
export class Flows {
  private constructor(private readonly app: INestApplicationContext) {}

  static async start(
    stores: TestStores,
    { tuning = {}, env = {}, replace = [], providers = [], imports = [], applied }: FlowsOptions = {},
  ): Promise<Flows> {
    const config = parseConfig({ ...stores.env, ...env });
    @Module({
      imports: [
        ConfigModule.forRoot(config),
        CommonModule,
        PostgresModule,
        MongoModule,
        RedisModule,
        CacheModule,
        FlowsModule.forRoot(DECLARED),
        ...imports,
      ],
      providers,
    })
    class TestModule {}
    let builder = Test.createTestingModule({ imports: [TestModule] });
    builder = builder.overrideProvider(OutboxTuning).useValue(Object.assign(new OutboxTuning(), tuning));
    for (const [token, value] of replace) builder = builder.overrideProvider(token).useValue(value);
    if (applied) {
      const useFactory = (mongo: Mongo, declared: Declarations): NotedDocuments =>
        new NotedDocuments(mongo, declared, applied);
      builder = builder
        .overrideProvider(ProjectedDocuments)
        .useFactory({ factory: useFactory, inject: [Mongo, Declarations] });
    }
    const app = await builder.compile();
    Logger.overrideLogger(false);
    return new Flows(await app.init());
  }

  get<T>(token: Class<T>): T {
    return this.app.get<T>(token as never, { strict: false });
  }

  /** Commits the events in a transaction of their own. */
  commit(...events: DomainEvent[]): Promise<void> {
    return this.get(Postgres).transaction((tx) => this.get(Outbox).add(tx, ...events));
  }

  /** Every entry of the organisation, in the order of their ids. */
  async entries(orgId: string): Promise<ActivityLog[]> {
    const { db } = this.get(Mongo).connection;
    if (!db) throw new Error('MongoDB is not connected');
    return db
      .collection<ActivityLog>(ACTIVITY_COLLECTION)
      .find({ organization_id: orgId })
      .sort({ _id: 1 })
      .toArray();
  }

  /** Rows of the queue, and of the log, of this database. */
  async counts(): Promise<{ queued: number; logged: number }> {
    const [row] = await this.get(Postgres).sql<{ queued: number; logged: number }[]>`
      select (select count(*)::int from outbox_queue) as queued, (select count(*)::int from outbox_events) as logged`;
    if (!row) throw new Error('No counts');
    return row;
  }

  async close(): Promise<void> {
    // A stand-in for the cache does not close what stands behind it.
    const isReplaced = !(this.get<unknown>(TaggedCache) instanceof TaggedCache);
    await this.app.close();
    if (isReplaced) await this.get(SharedTier).close();
  }
}

/**
 * Tuning under which nothing is delivered inline, because every lease of a new event has ended before its process
 * delivers it.
 */
export const LEFT_TO_RELAYS = { leaseMs: 0, visibleWithinMs: 0 } as const;

/** An event of an aggregate and organisation of its own, unless `overrides` says otherwise. */
export function anEvent(overrides: Partial<DomainEvent> = {}): DomainEvent & { orgId: string } {
  const orgId = overrides.orgId ?? newId();
  return {
    type: 'user.updated',
    aggregate: { type: 'user', id: newId() },
    orgId,
    actor: { userId: newId(), apiKeyId: null },
    subject: null,
    payload: {},
    tags: [],
    ...overrides,
  };
}

export { createTestStores, type TestStores };

import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { RelayLoop } from '../queue/relay-loop.js';
import { RelayWakeup } from '../queue/relay-wakeup.js';
import { FallbackCounters } from './fallback-counters.js';
import { FallbackTuning } from './fallback-tuning.js';
import type { ReplicatedRecord, ReplicatedRecords } from './replica.js';
import { settleRecord } from './settle-record.js';

/** Practically forever: `ReconcileJob`, on one process, does the work that depends on time alone. */
const UNTIL_WOKEN_MS = 600_000;

/**
 * Makes marked records equal in both stores. Every process reconciles its marks as soon as a store is back. If two
 * processes do so at once, they only repeat each other's work, because a record is written by its version.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Reconciler.name);
  private readonly wakeup = new RelayWakeup();
  private readonly loop: RelayLoop;
  private readonly declared: ReplicatedRecords<ReplicatedRecord>[] = [];

  constructor(
    private readonly mongo: Mongo,
    private readonly postgres: Postgres,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
    private readonly counters: FallbackCounters,
    private readonly tuning: FallbackTuning,
  ) {
    this.loop = new RelayLoop(Reconciler.name, this.wakeup, tuning.againMs, () => this.step());
  }

  /** A feature calls it when it is created. */
  declare<T extends ReplicatedRecord>(records: ReplicatedRecords<T>): void {
    this.declared.push(records);
  }

  onApplicationBootstrap(): void {
    for (const { liveness } of [this.mongo, this.postgres]) liveness.onChange((isUp) => isUp && this.wake());
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Call it when a record was marked. */
  wake(): void {
    this.wakeup.wake();
  }

  /**
   * Reconciles every record whose mark is not younger than `until`. Rejects with `StoreUnavailable` if a store is
   * away.
   */
  async reconcile(until: Date = this.dueUntil()): Promise<number> {
    let settled = 0;
    for (const records of this.declared) settled += await this.reconcileAll(records, until);
    return settled;
  }

  /** The number of marked records in both stores. Rejects with `StoreUnavailable` if a store is away. */
  async pending(): Promise<number> {
    const sides = this.declared.flatMap(({ mongodb, postgresql }) => [mongodb, postgresql]);
    const counts = await Promise.all(sides.map((side) => side.countUnsynced()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Makes these records equal, whether or not they are marked. Returns how many are equal now. */
  async settle(records: ReplicatedRecords<ReplicatedRecord>, ids: readonly string[]): Promise<number> {
    const [mongodb, postgresql] = await Promise.all([
      records.mongodb.byIds(ids),
      records.postgresql.byIds(ids),
    ]);
    const left = [...ids];
    let settled = 0;
    const work = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const sides = { mongodb: mongodb.get(id), postgresql: postgresql.get(id) };
        if (!(await settleRecord(records, sides))) continue;
        settled += 1;
        const shown = sides.mongodb ?? sides.postgresql;
        if (shown) await this.cache.invalidate(records.tagsOf(shown.record));
      }
    };
    await Promise.all(Array.from({ length: this.tuning.concurrency }, work));
    this.counters.reconciled += settled;
    return settled;
  }

  private async step(): Promise<number> {
    if (!this.mongo.liveness.isUp || !this.postgres.liveness.isUp) return UNTIL_WOKEN_MS;
    const settled = await this.reconcile();
    if (settled > 0) this.logger.log(`${settled} records are equal in both stores again`);
    return (await this.isAnythingLeft()) ? this.tuning.againMs : UNTIL_WOKEN_MS;
  }

  private async reconcileAll(records: ReplicatedRecords<ReplicatedRecord>, until: Date): Promise<number> {
    let settled = 0;
    for (;;) {
      const [mongodb, postgresql] = await Promise.all([
        records.mongodb.unsynced(until, this.tuning.batch),
        records.postgresql.unsynced(until, this.tuning.batch),
      ]);
      const ids = new Set([...mongodb, ...postgresql].map(({ id }) => id));
      if (ids.size === 0) return settled;
      const now = await this.settle(records, [...ids]);
      settled += now;
      if (now === 0) return settled;
    }
  }

  private async isAnythingLeft(): Promise<boolean> {
    const now = this.clock.now();
    for (const { mongodb, postgresql } of this.declared) {
      const [one, other] = await Promise.all([mongodb.unsynced(now, 1), postgresql.unsynced(now, 1)]);
      if (one.length + other.length > 0) return true;
    }
    return false;
  }

  private dueUntil(): Date {
    return new Date(this.clock.now().getTime() - this.tuning.underWayMs);
  }
}

import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { FallbackCounters } from './fallback-counters.js';

type Store = 'mongodb' | 'postgres';

/** What one store answered, or why it could not be reached. */
export type Attempt<T> = { isReached: true; value: T } | { isReached: false; error: StoreUnavailable };

export interface SyncedWrite<T> {
  mongodb: Attempt<T>;
  postgresql: Attempt<T>;
}

export interface DatabaseHealthState {
  mongodb: boolean;
  postgresql: boolean;
  timestamp: string;
}

const NAMES: Readonly<Record<Store, string>> = { mongodb: 'MongoDB', postgres: 'PostgreSQL' };
/** One for all operations. The store may still carry out what is not waited for any longer. */
const TIME_OUT_MS = 2_000;
/** Of one operation: an outage under load would write thousands of equal lines. */
const LINE_EVERY_MS = 1_000;

/**
 * Operations on two stores, MongoDB first. They fail over on `StoreUnavailable` alone, never on what a store refuses. Whether
 * a store is there is known once for the process (`Liveness`), so that an outage costs one request a wait and not each.
 */
@Injectable()
export class StoreFallback {
  private readonly logger = new Logger(StoreFallback.name);
  private readonly warnedAt = new Map<string, number>();

  constructor(
    private readonly mongo: Mongo,
    private readonly postgres: Postgres,
    private readonly clock: Clock,
    private readonly counters: FallbackCounters,
  ) {}

  /** What MongoDB answers, or PostgreSQL where MongoDB cannot be reached. Rejects with `StoreUnavailable` where neither can. */
  async withMongoFallback<T>(
    mongoFn: () => Promise<T>,
    postgresFn: () => Promise<T>,
    operation: string,
  ): Promise<T> {
    const first = await attempt('mongodb', mongoFn);
    if (first.isReached) {
      this.counters.add(operation, 'mongodb');
      return first.value;
    }
    const isNoted = this.warn(
      operation,
      `MongoDB failed, falling back to PostgreSQL: ${reasonOf(first.error)}`,
    );
    const second = await attempt('postgres', postgresFn);
    this.counters.add(operation, second.isReached ? 'postgres-fallback' : 'failed');
    if (!second.isReached) throw second.error;
    if (isNoted) this.logger.warn(`[${operation}] Successfully used PostgreSQL fallback`);
    return second.value;
  }

  /**
   * Writes to MongoDB, then to PostgreSQL, which is told how the first went. One that cannot be reached is left out: the
   * record in the other has to say so, and the reconciler brings it over. Rejects with `StoreUnavailable` where neither can be
   * reached. A write that was not answered may have happened: both write the same id and version.
   */
  async syncToBothDatabases<T>(
    mongoFn: () => Promise<T>,
    postgresFn: (mongodb: Attempt<T>) => Promise<T>,
    operation: string,
  ): Promise<SyncedWrite<T>> {
    const mongodb = await attempt('mongodb', mongoFn);
    const isNoted =
      !mongodb.isReached &&
      this.warn(operation, `MongoDB failed, falling back to PostgreSQL: ${reasonOf(mongodb.error)}`);
    const postgresql = await attempt('postgres', () => postgresFn(mongodb));
    if (!mongodb.isReached && !postgresql.isReached) {
      this.counters.add(operation, 'failed');
      throw postgresql.error;
    }
    if (isNoted) this.logger.warn(`[${operation}] Successfully used PostgreSQL fallback`);
    if (!postgresql.isReached)
      this.warn(operation, `PostgreSQL failed, written to MongoDB alone: ${reasonOf(postgresql.error)}`);
    this.counters.add(operation, outcomeOf(mongodb.isReached, postgresql.isReached));
    return { mongodb, postgresql };
  }

  /** A round trip to each. Never rejects. */
  async checkDatabaseHealth(): Promise<DatabaseHealthState> {
    const [mongodb, postgresql] = await Promise.all([
      this.mongo.liveness.check(),
      this.postgres.liveness.check(),
    ]);
    return { mongodb, postgresql, timestamp: this.clock.now().toISOString() };
  }

  /** False: the last such line is too young. */
  private warn(operation: string, text: string): boolean {
    const now = performance.now();
    if (now - (this.warnedAt.get(operation) ?? -Infinity) < LINE_EVERY_MS) return false;
    this.warnedAt.set(operation, now);
    this.logger.warn(`[${operation}] ${text}`);
    return true;
  }
}

const outcomeOf = (mongodb: boolean, postgresql: boolean) => {
  if (!mongodb) return 'postgres-fallback';
  return postgresql ? 'both' : 'mongodb-alone';
};

async function attempt<T>(store: Store, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { isReached: true, value: await within(store, work) };
  } catch (error) {
    // What one side reads of the other store decides for itself.
    if (error instanceof StoreUnavailable && error.store === store) return { isReached: false, error };
    throw error;
  }
}

function within<T>(store: Store, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const cause = new Error(`${NAMES[store]} has not answered within ${TIME_OUT_MS} ms`);
      reject(new StoreUnavailable(store, { cause }));
    }, TIME_OUT_MS);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

const reasonOf = ({ cause }: StoreUnavailable): string =>
  cause instanceof Error ? cause.message : 'it does not answer';

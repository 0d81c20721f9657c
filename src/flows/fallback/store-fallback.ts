import { Injectable, Logger } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { FallbackCounters } from './fallback-counters.js';

type Store = 'mongodb' | 'postgres';

/** What one store answered, or why it could not be reached. */
export type StoreResult<T> = { isReached: true; value: T } | { isReached: false; error: StoreUnavailable };

export interface SyncedWrite<T> {
  mongodb: StoreResult<T>;
  postgresql: StoreResult<T>;
}

export interface DatabaseHealthState {
  mongodb: boolean;
  postgresql: boolean;
  timestamp: string;
}

const NAMES: Readonly<Record<Store, string>> = { mongodb: 'MongoDB', postgres: 'PostgreSQL' };
/** The same for all operations. A store may still carry out an operation after it timed out. */
const TIME_OUT_MS = 2_000;
/** Limits the log lines of one operation, because an outage under load would write thousands of equal lines. */
const LINE_EVERY_MS = 1_000;

/**
 * Operations on two stores, MongoDB first. They fail over on `StoreUnavailable` only, never on an operation that a
 * store refuses. The process shares one state of each store (`Liveness`), so an outage delays one request and not
 * each.
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

  /**
   * The answer of MongoDB, or of PostgreSQL if MongoDB cannot be reached. Rejects with `StoreUnavailable` if neither
   * can be reached.
   */
  async withMongoFallback<T>(
    mongoFn: () => Promise<T>,
    postgresFn: () => Promise<T>,
    operation: string,
  ): Promise<T> {
    const first = await resultOf('mongodb', mongoFn);
    if (first.isReached) {
      this.counters.add(operation, 'mongodb');
      return first.value;
    }
    const isNoted = this.warn(
      operation,
      `MongoDB failed, falling back to PostgreSQL: ${reasonOf(first.error)}`,
    );
    const second = await resultOf('postgres', postgresFn);
    this.counters.add(operation, second.isReached ? 'postgres-fallback' : 'failed');
    if (!second.isReached) throw second.error;
    if (isNoted) this.logger.warn(`[${operation}] Successfully used PostgreSQL fallback`);
    return second.value;
  }

  /**
   * Writes to MongoDB, then to PostgreSQL, and passes the outcome of the first write to the second. A store that
   * cannot be reached is skipped. Then the record in the other store has to be marked, and the reconciler copies it
   * later. Rejects with `StoreUnavailable` if neither can be reached. A write without an answer may have been carried
   * out, so both writes use the same id and version.
   */
  async syncToBothDatabases<T>(
    mongoFn: () => Promise<T>,
    postgresFn: (mongodb: StoreResult<T>) => Promise<T>,
    operation: string,
  ): Promise<SyncedWrite<T>> {
    const mongodb = await resultOf('mongodb', mongoFn);
    const isNoted =
      !mongodb.isReached &&
      this.warn(operation, `MongoDB failed, falling back to PostgreSQL: ${reasonOf(mongodb.error)}`);
    const postgresql = await resultOf('postgres', () => postgresFn(mongodb));
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

  /** A round trip to each store. Never rejects. */
  async checkDatabaseHealth(): Promise<DatabaseHealthState> {
    const [mongodb, postgresql] = await Promise.all([
      this.mongo.liveness.check(),
      this.postgres.liveness.check(),
    ]);
    return { mongodb, postgresql, timestamp: this.clock.now().toISOString() };
  }

  /** False: the last line for this operation was written too recently. */
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

async function resultOf<T>(store: Store, work: () => Promise<T>): Promise<StoreResult<T>> {
  try {
    return { isReached: true, value: await within(store, work) };
  } catch (error) {
    // Only an error of this store counts. If one side also reads the other store, it handles that store's failures
    // itself.
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

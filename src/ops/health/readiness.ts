import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

import { MongoIndexes } from '../../flows/mongo-indexes.js';
import { migrationState } from '../../stores/postgres/migrations/index.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { within } from '../../common/time/within.js';
import { StoreHealth } from './store-health.js';

/** `unknown`: PostgreSQL has not answered since this process started. */
export type MigrationCheck = 'applied' | 'pending' | 'unknown';

/** `unknown`: MongoDB has not been asked since this process started. `missing`: duplicates would be stored. */
export type IndexCheck = 'made' | 'missing' | 'unknown';

export interface ReadinessReport {
  isReady: boolean;
  body: {
    status: 'ready' | 'not_ready';
    checks: {
      postgres: 'up' | 'down';
      mongodb: 'up' | 'down';
      migrations: MigrationCheck;
      unique_indexes: IndexCheck;
    };
  };
}

const MIGRATIONS_BUDGET_MS = 800;

/**
 * Whether this process can serve: a store of record answers, the migrations are applied, no unique index of MongoDB is
 * missing, and the process is not stopping.
 */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private readonly logger = new Logger(Readiness.name);
  private migrationsApplied = false;
  private stopping = false;

  constructor(
    private readonly stores: StoreHealth,
    private readonly postgres: Postgres,
    private readonly mongoIndexes: MongoIndexes,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  async report(): Promise<ReadinessReport> {
    const [postgres, mongodb] = await Promise.all([this.stores.postgres(), this.stores.mongodb()]);
    const migrations = await this.migrations(postgres.status);
    const reachable = postgres.status === 'up' || mongodb.status === 'up';
    const indexes = this.uniqueIndexes();
    const isReady = reachable && migrations !== 'pending' && indexes !== 'missing' && !this.stopping;
    return {
      isReady,
      body: {
        status: isReady ? 'ready' : 'not_ready',
        checks: {
          postgres: postgres.status,
          mongodb: mongodb.status,
          migrations,
          unique_indexes: indexes,
        },
      },
    };
  }

  private uniqueIndexes(): IndexCheck {
    const missing = this.mongoIndexes.missingUnique;
    if (missing === null) return 'unknown';
    return missing.length === 0 ? 'made' : 'missing';
  }

  /** Checked until they are applied once, because a running process does not lose migrations. */
  private async migrations(postgres: 'up' | 'down'): Promise<MigrationCheck> {
    if (this.migrationsApplied) return 'applied';
    if (postgres === 'down') return 'unknown';
    try {
      const { sql, liveness } = this.postgres;
      const state = await within(
        liveness.run(() => migrationState(sql)),
        MIGRATIONS_BUDGET_MS,
      );
      if (state === null) return 'unknown';
      // A database that is ahead of this release still has everything that the release needs. This is normal during a
      // roll-out.
      this.migrationsApplied =
        state.pending.length === 0 && state.faults.every(({ kind }) => kind === 'missing');
      return this.migrationsApplied ? 'applied' : 'pending';
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unknown';
      this.logger.error(error, 'The state of the migrations could not be read');
      return 'pending';
    }
  }
}

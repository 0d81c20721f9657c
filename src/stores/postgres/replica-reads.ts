import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { drizzle } from 'drizzle-orm/postgres-js';

import { Config } from '../../config/config.js';
import { FIRST_CHECK_MS, Liveness } from '../liveness.js';
import { type CuttableClient, openClient } from './client.js';
import type { Db, Tx } from './db.js';
import { Gate, POOL_QUEUE } from './gate.js';
import { Postgres } from './postgres.js';
import { isPostgresConnectivityError, isStatementEnded } from './postgres-errors.js';
import { withPreparedStatements } from './prepared-statements.js';
import { replayed } from './replay-position.js';
import { SharedQuestion } from './shared-question.js';
import { StatementTooSlow } from '../statement-too-slow.js';

/** The replica cannot serve a read at the moment. */
class ReplicaBehind extends Error {}

/**
 * Lists and reports on a streaming replica (`DATABASE_REPLICA_URL`), with what every caller has written before, through any
 * instance: the replica has to have replayed what the primary had written when the read began. Where it has not within a
 * moment, or does not answer, or cancels the query because it replays what contradicts it, the primary answers. So an answer may be cached as the primary's may.
 */
@Injectable()
export class ReplicaReads implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ReplicaReads.name);
  private readonly replica: { client: CuttableClient; db: Db; gate: Gate; liveness: Liveness } | null;
  private readonly position: SharedQuestion<string>;
  /** The reads of this process, by the server that answered. */
  readonly reads = { replica: 0, primary: 0 };

  constructor(
    config: Config,
    private readonly primary: Postgres,
  ) {
    const { replicaUrl } = config.postgres;
    this.position = new SharedQuestion(() => this.askPosition());
    this.replica = replicaUrl === null ? null : this.open(replicaUrl, config);
  }

  async onModuleInit(): Promise<void> {
    if (this.replica && !(await this.replica.liveness.check(FIRST_CHECK_MS)))
      this.logger.warn(`The replica cannot be reached; the primary answers: ${this.replica.liveness.reason}`);
  }

  async onApplicationShutdown(): Promise<void> {
    this.replica?.liveness.close();
    await this.replica?.client.close(5);
  }

  get isConfigured(): boolean {
    return this.replica !== null;
  }

  /**
   * `work` only reads, and may be run twice. Within a transaction it sees the writes of that transaction. Rejects as
   * the primary does.
   */
  async run<T>(work: (db: Db | Tx) => Promise<T>): Promise<T> {
    if (!this.replica || !this.replica.liveness.isUp || this.primary.isInTransaction)
      return this.onPrimary(work);
    try {
      const result = await this.onReplica(this.replica, await this.position.ask(), work);
      this.reads.replica += 1;
      return result;
    } catch (error) {
      // It would take as long again, and hold a connection that writes need.
      if (isStatementEnded(error)) throw new StatementTooSlow(error);
      if (!(error instanceof ReplicaBehind)) this.logger.debug(error);
      return this.onPrimary(work);
    }
  }

  private onPrimary<T>(work: (db: Db | Tx) => Promise<T>): Promise<T> {
    this.reads.primary += 1;
    return this.primary.run(work);
  }

  /** The position and the read use one connection, because several replicas may be behind the address. */
  private onReplica<T>(
    { db, gate, liveness }: NonNullable<ReplicaReads['replica']>,
    position: string,
    work: (db: Tx) => Promise<T>,
  ): Promise<T> {
    return gate.run(() =>
      liveness.run(
        () =>
          db.transaction(
            async (tx) => {
              if (!(await replayed(tx, position))) throw new ReplicaBehind();
              return work(tx);
            },
            { accessMode: 'read only', isolationLevel: 'read committed' },
          ),
        'replica',
      ),
    );
  }

  /**
   * Rejects with `StoreUnavailable` if the primary does not answer, because then it is unknown what has been written.
   */
  private async askPosition(): Promise<string> {
    const [row] = await this.primary.liveness.run(
      () => this.primary.sql<{ lsn: string }[]>`select pg_current_wal_flush_lsn()::text as lsn`,
      'wal_position',
    );
    if (!row) throw new Error('A query without a table returned no row');
    return row.lsn;
  }

  private open(url: string, { postgres }: Config): NonNullable<ReplicaReads['replica']> {
    const { poolMax: max, prepare, statementTimeoutMs } = postgres;
    const bounds = { max, statementTimeoutMs };
    const client = openClient({ url, prepare, applicationName: 'triptych-replica', ...bounds });
    return {
      client,
      db: drizzle(withPreparedStatements(client.sql)),
      gate: new Gate({ concurrency: max, ...POOL_QUEUE }),
      liveness: new Liveness({
        name: 'postgres',
        ping: () => client.sql`select 1`,
        isConnectivityError: isPostgresConnectivityError,
        onChange: (isUp, reason) => {
          if (isUp) return this.logger.log('The replica of PostgreSQL answers again');
          this.logger.error(`The replica of PostgreSQL does not answer: ${reason}`);
          client.cut();
        },
      }),
    };
  }
}

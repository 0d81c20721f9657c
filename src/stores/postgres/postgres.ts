import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';

import { Config } from '../../config/config.js';
import { FIRST_CHECK_MS, Liveness, LOST_AFTER_MS } from '../liveness.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { type CuttableClient, openClient } from './client.js';
import type { AfterCommit, Db, Tx } from './db.js';
import { Gate, type GateLimits, POOL_QUEUE } from './gate.js';
import {
  isPostgresConnectivityError,
  isReadOnlyServer,
  isStatementEnded,
  ReadOnlyServer,
  ReferenceGone,
  violatedForeignKey,
} from './postgres-errors.js';
import { withPreparedStatements } from './prepared-statements.js';
import { StatementTooSlow } from '../statement-too-slow.js';
import { type ScopeOwner, TransactionScope } from './transaction-scope.js';

export type { AfterCommit, Db, Tx } from './db.js';

/**
 * The connection pool of PostgreSQL. Every statement goes through `run` or `transaction`. They limit the queue
 * (`PoolExhausted`) and turn a dead or frozen server into `StoreUnavailable` within 200 ms.
 */
@Injectable()
export class Postgres implements OnModuleInit, OnApplicationShutdown, ScopeOwner {
  private readonly logger = new Logger(Postgres.name);
  private readonly pool: CuttableClient;
  private readonly pinger: CuttableClient;
  private readonly db: Db;
  private readonly gate: Gate;
  private readonly hooks = new WeakMap<Tx, AfterCommit[]>();
  readonly liveness: Liveness;
  readonly queueLimits: GateLimits;

  constructor(private readonly config: Config) {
    const { url, poolMax, prepare, statementTimeoutMs } = config.postgres;
    const bounds = { max: poolMax, statementTimeoutMs };
    this.pool = openClient({ url, prepare, applicationName: 'triptych', ...bounds });
    this.pinger = openClient({
      ...{ url, max: 1, prepare: false, isPooled: !prepare },
      applicationName: 'triptych-liveness',
    });
    this.db = drizzle(withPreparedStatements(this.pool.sql));
    this.queueLimits = { concurrency: poolMax, ...POOL_QUEUE };
    this.gate = new Gate(this.queueLimits);
    this.liveness = new Liveness({
      name: 'postgres',
      ping: () => this.ping(),
      isConnectivityError: isPostgresConnectivityError,
      onChange: (isUp, reason) => this.changed(isUp, reason),
      onOtherReason: (reason) => this.logger.error(`PostgreSQL still does not answer: ${reason}`),
    });
  }

  async onModuleInit(): Promise<void> {
    const isUp = await this.liveness.check(FIRST_CHECK_MS);
    if (!isUp)
      return this.logger.warn(`PostgreSQL cannot be reached; starting without it: ${this.liveness.reason}`);
    await Promise.all(Array.from({ length: this.config.postgres.poolMin }, () => this.pool.sql`select 1`));
  }

  async onApplicationShutdown(): Promise<void> {
    this.liveness.close();
    await Promise.all([this.pool.close(5), this.pinger.close(1)]);
  }

  /** One or a few statements without a transaction of their own. */
  run<T>(work: (db: Db | Tx) => Promise<T>): Promise<T> {
    const tx = TransactionScope.of(this)?.tx;
    return tx ? this.liveness.run(() => work(tx), 'query') : this.gated('query', () => work(this.db));
  }

  /**
   * Commits when `work` resolves and rolls back when it rejects. READ COMMITTED. Also rejects with `ReferenceGone`.
   * Inside `ambientTransaction` it is a savepoint.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const scope = TransactionScope.of(this);
    return scope ? explainingReferences(scope.savepoint(work)) : this.begin(work);
  }

  /** Like `run`, without a limit on the duration: for comparisons of everything. */
  unbounded<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(async (tx) => {
      await tx.execute(sql`set local statement_timeout = 0`);
      return work(tx);
    });
  }

  /**
   * One transaction for every `transaction` inside. Its only purpose is an idempotent request, whose effect and record
   * must be one. All other code passes its transaction explicitly. The transaction begins with the first `transaction`
   * inside, so that the handler's work before that (a hash, a lookup) holds no connection. `run` joins it from then
   * on.
   *
   * `onOpen` runs first in it. `beforeCommit` runs last, and opens it if nothing else has.
   */
  async ambientTransaction<T>(
    work: () => Promise<T>,
    { onOpen, beforeCommit }: AmbientSteps<T> = {},
  ): Promise<T> {
    const hooks: AfterCommit[] = [];
    const opened = Promise.withResolvers<Tx>();
    const decided = Promise.withResolvers<void>();
    let whole: Promise<void> = Promise.resolve();
    const scope = new TransactionScope(this, hooks, () => {
      whole = this.begin(async (tx) => {
        await onOpen?.(tx);
        opened.resolve(tx);
        await decided.promise;
      }, hooks);
      whole.catch((error: unknown) => opened.reject(error));
      return opened.promise;
    });
    try {
      const result = await scope.around(work);
      if (beforeCommit) await beforeCommit(await scope.opened(), result);
      scope.end();
      decided.resolve();
      await whole;
      return result;
    } catch (error) {
      scope.end();
      decided.reject(error);
      // Waits for the rollback. Its reason is thrown below.
      const [rollback] = await Promise.allSettled([whole, decided.promise]);
      // Only the outermost transaction knows what a lost connection or an ended statement is: within it, the driver's own error
      // is thrown.
      const reason: unknown = rollback.status === 'rejected' ? rollback.reason : null;
      throw reason instanceof StoreUnavailable || reason instanceof StatementTooSlow ? reason : error;
    }
  }

  private async begin<T>(work: (tx: Tx) => Promise<T>, hooks: AfterCommit[] = []): Promise<T> {
    const result = await explainingReferences(
      this.gated('transaction', () =>
        this.db.transaction((tx) => {
          this.register(tx, hooks);
          return work(tx);
        }),
      ),
    );
    await Promise.all(hooks.map((hook) => hook()));
    return result;
  }

  register(tx: Tx, hooks: AfterCommit[]): void {
    this.hooks.set(tx, hooks);
  }

  /** Adds a hook that runs after this transaction's commit. It does not run after a rollback. */
  afterCommit(tx: Tx, hook: AfterCommit): void {
    const hooks = this.hooks.get(tx);
    if (!hooks) throw new Error('Not a transaction of Postgres.transaction');
    hooks.push(hook);
  }

  /** The driver itself, for statements that Drizzle cannot express. They do not pass the queue. */
  get sql(): Sql {
    return this.pool.sql;
  }

  /** Whether `run` joins a transaction that is open around the caller. */
  get isInTransaction(): boolean {
    return TransactionScope.of(this) !== null;
  }

  /** Connections in use, and requests that wait for one. */
  get use(): { active: number; waiting: number; max: number } {
    return { ...this.gate.depth, max: this.config.postgres.poolMax };
  }

  private async gated<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.liveness.isUp) return this.liveness.run(work, name);
    try {
      return await this.gate.run(() => this.liveness.run(work, name));
    } catch (error) {
      // The other connections may lead to the same standby, even if the address leads elsewhere by now.
      if (error instanceof StoreUnavailable && isReadOnlyServer(error.cause)) this.pool.cut();
      throw isStatementEnded(error) ? new StatementTooSlow(error) : error;
    }
  }

  private async ping(): Promise<void> {
    const unanswered = setTimeout(() => this.pinger.cut(), LOST_AFTER_MS);
    const [server] = await this.pinger.sql<{ is_read_only: boolean }[]>`
      select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as is_read_only`.finally(
      () => clearTimeout(unanswered),
    );
    if (!server?.is_read_only) return;
    // The next ping goes to the server that the address leads to then.
    this.pinger.cut();
    throw new ReadOnlyServer();
  }

  private changed(isUp: boolean, reason: string): void {
    if (isUp) this.logger.log('PostgreSQL answers again');
    else this.logger.error(`PostgreSQL does not answer: ${reason}`);
    if (isUp) return;
    // Otherwise statements that a frozen server holds would occupy their place in the pool until TCP gives up.
    this.pool.cut();
    this.pinger.cut();
  }
}

/** The steps of an idempotent request in its transaction, besides its handler. */
export interface AmbientSteps<T> {
  onOpen?: (tx: Tx) => Promise<void>;
  beforeCommit?: (tx: Tx, result: T) => Promise<void>;
}

async function explainingReferences<T>(statements: Promise<T>): Promise<T> {
  try {
    return await statements;
  } catch (error) {
    throw violatedForeignKey(error) ? new ReferenceGone(error) : error;
  }
}

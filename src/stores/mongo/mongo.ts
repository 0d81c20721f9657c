import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import mongoose, { type Connection } from 'mongoose';

import { Config } from '../../config/config.js';
import { FIRST_CHECK_MS, Liveness } from '../liveness.js';
import { StoreUnavailable } from '../store-unavailable.js';
import { hasCredentials } from './has-credentials.js';
import type { DeclaredCollection, DeclaredIndex } from './index-spec.js';
import { isMongoConnectivityError } from './mongo-errors.js';
import { narrowedCollection } from './narrowed-collection.js';

/** A collection of the native driver, whose ids are strings that the application makes. */
export type Collection<T extends { _id: string } = { _id: string }> = mongoose.mongo.Collection<T>;

/**
 * The connection to MongoDB. Every operation goes through `run`, which turns a dead or frozen server into
 * `StoreUnavailable` within 200 ms. Starts without MongoDB and connects when MongoDB is reachable.
 */
@Injectable()
export class Mongo implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Mongo.name);
  readonly connection: Connection;
  readonly liveness: Liveness;
  private isLimitCheap: boolean | null = null;
  private indexes: ReadonlyMap<string, readonly DeclaredIndex[]> | null = null;

  constructor(private readonly config: Config) {
    this.connection = mongoose.createConnection();
    this.connection.on('error', (error: Error) => this.logger.debug(error.message));
    this.liveness = new Liveness({
      name: 'mongodb',
      ping: () => this.ping(),
      isConnectivityError: isMongoConnectivityError,
      onOtherReason: (reason) => this.logger.error(`MongoDB still does not answer: ${reason}`),
      onChange: (isUp, reason) => {
        // Another server may answer next.
        if (!isUp) this.isLimitCheap = null;
        if (isUp) this.logger.log('MongoDB answers again');
        else this.logger.error(`MongoDB does not answer: ${reason}`);
      },
    });
  }

  async onModuleInit(): Promise<void> {
    if (this.config.environment === 'production' && !hasCredentials(this.config.mongo.uri)) {
      this.logger.warn(
        'MONGODB_URI has no credentials: anybody who reaches that server can read and change everything in it. ' +
          'Switch authentication on there, and name a user with a password, or a certificate.',
      );
    }
    const isUp = await this.liveness.check(FIRST_CHECK_MS);
    if (!isUp) this.logger.warn(`MongoDB cannot be reached; starting without it: ${this.liveness.reason}`);
  }

  async onApplicationShutdown(): Promise<void> {
    this.liveness.close();
    await this.connection.close(true);
  }

  /**
   * Whether documents that may also wait elsewhere go to MongoDB now. Not before its unique indexes were looked at:
   * until then it could store a document twice, and then the index could no longer be created.
   */
  get takesWrites(): boolean {
    return this.indexes !== null && this.liveness.isUp;
  }

  /** Called once the indexes that are missing have been created or refused. */
  indexesAreKnown(declared: readonly DeclaredCollection[]): void {
    this.indexes = new Map(declared.map(({ name, schema }) => [name, schema.indexes()]));
  }

  /** Rejects with `StoreUnavailable` if MongoDB does not answer. `name` is the operation's label in the metrics. */
  run<T>(name: string, operation: () => Promise<T>): Promise<T> {
    return this.liveness.run(operation, name);
  }

  /** Throws `StoreUnavailable` before the first connection. Call it inside `run`. */
  collection<T extends { _id: string } = { _id: string }>(name: string): Collection<T> {
    const { db } = this.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    const collection = db.collection<T>(name);
    const indexes = this.stopsAtLimit ? undefined : this.indexes?.get(name);
    return indexes ? narrowedCollection(collection, indexes) : collection;
  }

  /** Whether the cost of a sorted query depends only on its limit. SecantusDB reads the whole range of the filter. */
  get stopsAtLimit(): boolean {
    return this.isLimitCheap ?? true;
  }

  /** The ping opens the first connection, because Mongoose does not retry one that failed. */
  private async ping(): Promise<void> {
    if (this.connection.readyState === mongoose.ConnectionStates.disconnected && !this.connection.db) {
      await this.connection.openUri(this.config.mongo.uri, {
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        maxPoolSize: 50,
        minPoolSize: 2,
        serverSelectionTimeoutMS: 500,
        connectTimeoutMS: 1_000,
        socketTimeoutMS: 5_000,
        waitQueueTimeoutMS: 2_000,
        heartbeatFrequencyMS: 1_000,
        appName: 'triptych',
      });
    }
    if (!this.connection.db) throw new Error('MongoDB: the first connection is still being made');
    const admin = this.connection.db.admin();
    if (this.isLimitCheap === null) {
      const server = await admin.command({ buildInfo: 1 });
      this.isLimitCheap = !('secantusVersion' in server);
    } else await admin.command({ ping: 1 });
  }
}

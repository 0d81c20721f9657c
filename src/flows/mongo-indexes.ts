import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

import { within } from '../common/time/within.js';
import { declareCollections } from '../stores/mongo/declare-collections.js';
import { type DeclaredCollection, meaningOf } from '../stores/mongo/index-spec.js';
import { Mongo } from '../stores/mongo/mongo.js';
import { isForbidden, isMongoConnectivityError } from '../stores/mongo/mongo-errors.js';
import { StoreUnavailable } from '../stores/store-unavailable.js';
import { Declarations } from './declarations.js';

const LOOK_MS = 500;
/** A start waits so long for its indexes. One of a large collection may take hours, and is made in the background. */
const START_LIMIT_MS = 5_000;

/**
 * Creates the indexes that the schemas declare. The unique ones: before the relays and the server start if MongoDB is
 * reachable then, otherwise in the background as soon as it is; until then nothing is relayed to MongoDB. The others in
 * the background after that.
 */
@Injectable()
export class MongoIndexes implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(MongoIndexes.name);
  private looking: NodeJS.Timeout | null = null;
  private making: Promise<void> | null = null;
  private others: Promise<void> | null = null;
  private isStopping = false;
  private missing: readonly string[] | null = null;
  /** How long until a unique index that could not be created is tried again. */
  againMs = 30_000;

  constructor(
    private readonly mongo: Mongo,
    private readonly declarations: Declarations,
  ) {}

  async onModuleInit(): Promise<void> {
    this.makeWhenUp();
    if (this.making) await within(this.making, START_LIMIT_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.looking) clearTimeout(this.looking);
    await this.making;
    await this.others;
  }

  /** The missing unique indexes, without which duplicates would be stored. Null until MongoDB was asked. */
  get missingUnique(): readonly string[] | null {
    return this.missing;
  }

  private makeWhenUp(): void {
    if (this.mongo.liveness.isUp) this.making = this.make();
    else this.lookAgain(LOOK_MS);
  }

  private async make(): Promise<void> {
    try {
      this.missing = await this.declare(withIndexes(this.declarations.collections, true));
      this.mongo.indexesAreKnown(this.declarations.collections);
      // An index of a large collection takes long, and nothing depends on it.
      this.others = this.makeOthers();
      if (this.missing.length > 0) this.lookAgain(this.againMs);
    } catch (error) {
      if (error instanceof StoreUnavailable && !isForbidden(error.cause)) return this.lookAgain(LOOK_MS);
      this.logger.error({ err: error }, 'The indexes of MongoDB could not be made; it is tried again');
      // A user that may not look at the indexes may write.
      this.mongo.indexesAreKnown(this.declarations.collections);
      this.lookAgain(this.againMs);
    }
  }

  private async makeOthers(): Promise<void> {
    try {
      await this.declare(withIndexes(this.declarations.collections, false));
    } catch (error) {
      if (error instanceof StoreUnavailable) return this.lookAgain(LOOK_MS);
      this.logger.error({ err: error }, 'Some indexes of MongoDB could not be made; it is tried again');
      this.lookAgain(this.againMs);
    }
  }

  /** Returns the unique indexes that are still missing. */
  private declare(collections: readonly DeclaredCollection[]): Promise<string[]> {
    return this.mongo.run('createIndexes', async () => {
      const { db } = this.mongo.connection;
      if (!db) throw new StoreUnavailable('mongodb');
      const missing: string[] = [];
      const reports = await declareCollections(db, collections, (index, error) => {
        if (isMongoConnectivityError(error) && !isForbidden(error)) throw error;
        const name = `${index.collection}: ${index.description}`;
        if (index.isUnique) missing.push(name);
        this.logger.error({ err: error }, `MongoDB refuses the index ${name}`);
      });
      for (const { name, indexes } of reports) {
        for (const { name: index, status, description, isUnique } of indexes) {
          if (status !== 'differing') continue;
          if (isUnique) missing.push(`${name}: ${description}`);
          this.logger.warn(`Index ${index} of ${name} is not as declared: npm run mongo:init says how`);
        }
      }
      return missing;
    });
  }

  private lookAgain(ms: number): void {
    if (this.looking) clearTimeout(this.looking);
    if (!this.isStopping) this.looking = setTimeout(() => this.makeWhenUp(), ms).unref();
  }
}

/** The same collections with their unique indexes only, or with the others. */
const withIndexes = (collections: readonly DeclaredCollection[], areUnique: boolean): DeclaredCollection[] =>
  collections.map(({ name, schema }) => ({
    name,
    schema: {
      indexes: () =>
        schema.indexes().filter(([, options]) => (meaningOf(options).unique === true) === areUnique),
    },
  }));

import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { type CollectionReport, declareCollections } from '../stores/mongo/declare-collections.js';
import { Mongo } from '../stores/mongo/mongo.js';
import { StoreUnavailable } from '../stores/store-unavailable.js';
import { Declarations } from './declarations.js';

const LOOK_MS = 500;

/** Makes the indexes that the schemas declare, in the background, as soon as MongoDB is there. */
@Injectable()
export class MongoIndexes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MongoIndexes.name);
  private looking: NodeJS.Timeout | null = null;
  private making: Promise<void> | null = null;

  constructor(
    private readonly mongo: Mongo,
    private readonly declarations: Declarations,
  ) {}

  onApplicationBootstrap(): void {
    this.makeWhenUp();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.looking) clearTimeout(this.looking);
    this.looking = null;
    await this.making;
  }

  private makeWhenUp(): void {
    if (this.mongo.liveness.isUp) this.making = this.make();
    else this.lookAgain();
  }

  private async make(): Promise<void> {
    try {
      for (const report of await this.mongo.run('createIndexes', () => this.declare())) this.warnOf(report);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.lookAgain();
      else this.logger.error({ err: error }, 'MongoDB refuses an index: npm run mongo:init says which');
    }
  }

  private async declare(): Promise<CollectionReport[]> {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return declareCollections(db, this.declarations.collections);
  }

  private warnOf({ name, indexes }: CollectionReport): void {
    for (const { name: index, status } of indexes) {
      if (status === 'differing')
        this.logger.warn(`Index ${index} of ${name} is not as declared: npm run mongo:init says how`);
    }
  }

  private lookAgain(): void {
    this.looking = setTimeout(() => this.makeWhenUp(), LOOK_MS).unref();
  }
}

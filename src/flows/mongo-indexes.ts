import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

import { Mongo } from '../stores/mongo/mongo.js';

const LOOK_MS = 500;

/** Makes the indexes that the schemas declare, in the background, as soon as MongoDB is there. */
@Injectable()
export class MongoIndexes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MongoIndexes.name);
  private looking: NodeJS.Timeout | null = null;
  private making: Promise<void> | null = null;

  constructor(private readonly mongo: Mongo) {}

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
      for (const model of Object.values(this.mongo.connection.models)) {
        await this.mongo.run('createIndexes', () => model.createIndexes());
      }
    } catch (error) {
      this.logger.warn(`Indexes could not be made yet: ${String(error)}`);
      this.lookAgain();
    }
  }

  private lookAgain(): void {
    this.looking = setTimeout(() => this.makeWhenUp(), LOOK_MS).unref();
  }
}

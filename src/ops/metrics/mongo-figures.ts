import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const stats = z.object({
  objects: z.coerce.number(),
  dataSize: z.coerce.number(),
  storageSize: z.coerce.number(),
  indexSize: z.coerce.number(),
});

/** Figures of the service's database. */
export type MongoFigures = z.infer<typeof stats>;

/** MongoDB's own figures about the database (`dbStats`). */
@Injectable()
export class MongoFiguresReader {
  constructor(private readonly mongo: Mongo) {}

  /** Rejects with `StoreUnavailable` if MongoDB does not answer. */
  read(): Promise<MongoFigures> {
    return this.mongo.run('statistics', async () => {
      const { db } = this.mongo.connection;
      if (!db) throw new StoreUnavailable('mongodb');
      return stats.parse(await db.command({ dbStats: 1 }));
    });
  }
}

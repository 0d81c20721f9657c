import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Mongo } from './mongo.js';

/** The driver's internal list of servers, because it has no public count. */
const client = z.object({
  topology: z.object({
    s: z.object({
      servers: z.map(z.string(), z.object({ pool: z.object({ totalConnectionCount: z.number() }) })),
    }),
  }),
});

/** How many connections this process has to MongoDB. */
@Injectable()
export class MongoConnections {
  constructor(private readonly mongo: Mongo) {}

  /** 0 before the first connection. */
  get count(): number {
    if (!this.mongo.connection.db) return 0;
    const parsed = client.safeParse(this.mongo.connection.getClient());
    if (!parsed.success) return 0;
    const servers = [...parsed.data.topology.s.servers.values()];
    return servers.reduce((sum, { pool }) => sum + pool.totalConnectionCount, 0);
  }
}

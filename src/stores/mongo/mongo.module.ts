import { Global, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';

import { KeyPages } from './key-pages.js';
import { Mongo } from './mongo.js';
import { MongoConnections } from './mongo-connections.js';
import { Pages } from './pages.js';

/** Provides the connection under Mongoose's own token too, so that modules use `MongooseModule.forFeature`. */
@Global()
@Module({
  providers: [
    Mongo,
    MongoConnections,
    Pages,
    KeyPages,
    { provide: getConnectionToken(), useFactory: (mongo: Mongo) => mongo.connection, inject: [Mongo] },
  ],
  exports: [Mongo, MongoConnections, Pages, KeyPages, getConnectionToken()],
})
export class MongoModule {}

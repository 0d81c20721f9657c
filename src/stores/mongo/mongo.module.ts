import { Global, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';

import { MONGO_CONNECTION } from './connection-name.js';
import { KeyPages } from './key-pages.js';
import { Mongo } from './mongo.js';
import { MongoConnections } from './mongo-connections.js';
import { Pages } from './pages.js';

/** Provides the connection under Mongoose's own token too, so that modules use `MongooseModule.forFeature` and `@InjectModel`. */
@Global()
@Module({
  providers: [
    Mongo,
    MongoConnections,
    Pages,
    KeyPages,
    {
      provide: getConnectionToken(MONGO_CONNECTION),
      useFactory: (mongo: Mongo) => mongo.connection,
      inject: [Mongo],
    },
  ],
  exports: [Mongo, MongoConnections, Pages, KeyPages, getConnectionToken(MONGO_CONNECTION)],
})
export class MongoModule {}

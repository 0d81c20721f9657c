import { Global, Module } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';

import { Mongo } from './mongo.js';

/** Provides the connection under Mongoose's own token too, so that modules use `MongooseModule.forFeature`. */
@Global()
@Module({
  providers: [
    Mongo,
    { provide: getConnectionToken(), useFactory: (mongo: Mongo) => mongo.connection, inject: [Mongo] },
  ],
  exports: [Mongo, getConnectionToken()],
})
export class MongoModule {}

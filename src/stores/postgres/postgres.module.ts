import { Global, Module } from '@nestjs/common';

import { Postgres } from './postgres.js';
import { ReplicaReads } from './replica-reads.js';

@Global()
@Module({ providers: [Postgres, ReplicaReads], exports: [Postgres, ReplicaReads] })
export class PostgresModule {}

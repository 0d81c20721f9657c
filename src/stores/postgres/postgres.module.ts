import { Global, Module } from '@nestjs/common';

import { Postgres } from './postgres.js';

@Global()
@Module({ providers: [Postgres], exports: [Postgres] })
export class PostgresModule {}

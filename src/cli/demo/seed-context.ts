import { type DynamicModule, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { CacheModule } from '../../cache/cache.module.js';
import { CommonModule } from '../../common/common.module.js';
import { Config } from '../../config/config.js';
import { ConfigModule } from '../../config/config.module.js';
import { FlowsModule } from '../../flows/flows.module.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { MongoModule } from '../../stores/mongo/mongo.module.js';
import { PostgresModule } from '../../stores/postgres/postgres.module.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { RedisModule } from '../../stores/redis/redis.module.js';
import { note } from '../run-command.js';
import { DemoFile } from './demo-file.js';
import { seedDemo, type SeededDemo } from './seed-demo.js';

@Module({})
class SeedModule {
  static for(config: Config): DynamicModule {
    return {
      module: SeedModule,
      imports: [
        ConfigModule.for(config),
        CommonModule,
        PostgresModule,
        MongoModule,
        RedisModule,
        CacheModule,
        FlowsModule,
      ],
    };
  }
}

const text = (message: unknown): string => (message instanceof Error ? message.message : String(message));

/** stdout belongs to the command's result. */
const quietLogger: LoggerService = {
  log: () => undefined,
  warn: (message: unknown) => note(`! ${text(message)}`),
  error: (message: unknown) => note(`! ${text(message)}`),
};

/**
 * Seeds through the same outbox as the service, so that its changes have their activity entries. Without MongoDB
 * they are delivered by the service, later.
 */
export async function seedWith(config: Config): Promise<SeededDemo> {
  // As `api`: the relay is the service's.
  const module = SeedModule.for(new Config({ ...config, processRole: 'api' }));
  const context = await NestFactory.createApplicationContext(module, {
    logger: quietLogger,
    abortOnError: false,
  });
  try {
    return await seedDemo(context.get(Postgres), context.get(Outbox), new DemoFile(config.dataDir));
  } finally {
    await context.close();
  }
}

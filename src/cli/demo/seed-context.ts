import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { AppModule } from '../../app.module.js';
import { Config } from '../../config/config.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { note } from '../run-command.js';
import { DemoFile } from './demo-file.js';
import { seedFeatures } from './seed-features.js';
import { seedDemo, type SeededDemo } from './seed-demo.js';

const text = (message: unknown): string => (message instanceof Error ? message.message : String(message));

/** stdout is reserved for the command's result. */
const quietLogger: LoggerService = {
  log: () => undefined,
  warn: (message: unknown) => note(`! ${text(message)}`),
  error: (message: unknown) => note(`! ${text(message)}`),
};

/**
 * Seeds through the same outbox as the service, so that the changes have activity entries. Without MongoDB the service
 * delivers them later.
 */
export async function seedWith(config: Config): Promise<SeededDemo> {
  // As `api`, because the relay belongs to the service.
  const module = AppModule.forRoot(new Config({ ...config, processRole: 'api' }));
  const context = await NestFactory.createApplicationContext(module, {
    logger: quietLogger,
    abortOnError: false,
  });
  try {
    const postgres = context.get(Postgres, { strict: false });
    const outbox = context.get(Outbox, { strict: false });
    const seeded = await seedDemo(postgres, outbox, new DemoFile(config.dataDir));
    const made = await seedFeatures(context, seeded);
    return { ...seeded, changes: [...seeded.changes, ...made] };
  } finally {
    await context.close();
  }
}

import { createRequire } from 'node:module';

import type { Env } from '../config/aliases.js';
import type { Config } from '../config/config.js';
import { packageRoot } from '../config/package-root.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { migrateUp } from '../stores/postgres/migrations/index.js';
import { initMongo } from './mongo/init-mongo.js';
import { note, runCommand } from './run-command.js';
import { CommandFailed } from './terminal/explained.js';
import { runChild } from './terminal/run-child.js';
import { plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

function nestCli(): string {
  try {
    return createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  } catch (error) {
    throw new CommandFailed(
      'The Nest CLI is not installed.',
      'this is an installation without development tools',
      ['pnpm install'],
      { cause: error },
    );
  }
}

async function serve(config: Config, env: Env): Promise<number> {
  if (config.environment === 'production') {
    throw new CommandFailed('This is for development.', 'NODE_ENV is production', ['npm start']);
  }
  note(`  ✓ ${plural((await migrateUp(config.postgres.url)).length, 'migration')} applied`);
  await initMongo(config.mongo.uri);
  const { exitCode } = await runChild([nestCli(), 'start', '--watch'], {
    cwd: packageRoot,
    env,
    stdio: 'inherit',
  });
  return exitCode;
}

await runCommand({
  script: 'start:dev',
  description:
    'Starts the stores that have no URL, migrates, and serves; restarts on every change. Ctrl-C stops it.',
  run: () => withConfig(STORE_NAMES, serve),
});

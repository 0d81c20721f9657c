import type { Config } from '../config/config.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { withDatabase } from '../stores/mongo/with-database.js';
import { addressOf, dropEverything, migrateUp, migrationState } from '../stores/postgres/migrations/index.js';
import { runSeed } from './demo/run-seed.js';
import { countIndexes, initMongo } from './mongo/init-mongo.js';
import { forgetCache, withRedis } from './reset/forget-cache.js';
import { note, runCommand } from './run-command.js';
import { confirm } from './terminal/confirm.js';
import { CommandFailed } from './terminal/explained.js';
import { plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  yes: boolean;
  json: boolean;
}

/**
 * Destroys nothing unless all stores answer, because a reset of one store alone would leave copies without a source in
 * the others.
 */
async function checkStores({ postgres, mongo }: Config): Promise<void> {
  await migrationState(postgres.url);
  await withDatabase(mongo.uri, (db) => db.command({ ping: 1 }));
}

async function reset(config: Config, { yes, json }: Options): Promise<void> {
  const { postgres, mongo, redis } = config;
  if (config.environment === 'production') {
    throw new CommandFailed('A production database is never reset.', 'NODE_ENV is production');
  }
  const urls = [postgres.url, mongo.uri, ...(redis.url === null ? [] : [redis.url])];
  const addresses = urls.map(addressOf).join(', ');
  await confirm(config, { what: `Delete everything in ${addresses}`, urls, yes });
  await withRedis(config, async (connection) => {
    await checkStores(config);
    await dropEverything(postgres.url);
    note(`  ✓ ${addressOf(postgres.url)} emptied`);
    await withDatabase(mongo.uri, (db) => db.dropDatabase());
    note(`  ✓ ${addressOf(mongo.uri)} emptied`);
    const forgotten = await forgetCache(connection, redis.keyPrefix);
    note(`  ✓ ${plural(forgotten, 'key')} of ${redis.keyPrefix} forgotten`);
  });
  note(`  ✓ ${plural((await migrateUp(postgres.url)).length, 'migration')} applied`);
  note(`  ✓ ${plural(countIndexes(await initMongo(mongo.uri), 'created'), 'index', 'indexes')} created`);
  await runSeed(config, { json });
}

await runCommand<Options>({
  script: 'db:reset',
  description:
    'Deletes everything in PostgreSQL, MongoDB and our part of Redis, then migrates and seeds. Not in production.',
  configure: (command) =>
    command
      .option('--yes', 'do not ask; required for stores on another machine', false)
      .option('--json', 'print the seed as one line of JSON', false),
  run: (options) => withConfig(STORE_NAMES, (config) => reset(config, options)),
});

import type { Env } from '../config/aliases.js';
import type { Config } from '../config/config.js';
import {
  addressOf,
  migrationState,
  readMigrations,
  runStatements,
} from '../stores/postgres/migrations/index.js';
import { createExtensions } from './drizzle-kit/extensions.js';
import { planPush } from './drizzle-kit/plan-push.js';
import { note, print, runCommand } from './run-command.js';
import { confirm } from './terminal/confirm.js';
import { CommandFailed } from './terminal/explained.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  force: boolean;
  yes: boolean;
}

function refuseLosses(losses: readonly string[]): void {
  if (losses.length === 0 || process.stdin.isTTY) return;
  throw new CommandFailed('A push would lose data.', losses.join('\n'), [
    'to do it all the same, add --force',
  ]);
}

async function push(config: Config, env: Env, { force, yes }: Options): Promise<void> {
  if (config.environment === 'production') {
    const why = 'NODE_ENV is production; a push leaves no migration behind';
    throw new CommandFailed('Tables are never pushed to production.', why, [
      'npm run db:generate, then npm run db:migrate',
    ]);
  }
  const { url } = config.postgres;
  if ((await migrationState(url)).applied.length === 0) {
    const why = `${addressOf(url)} is empty; drizzle-kit cannot make the partitions of outbox_events`;
    throw new CommandFailed('The database was never migrated.', why, ['npm run db:migrate, then push again']);
  }
  const migrations = await readMigrations();
  await createExtensions(
    url,
    migrations.flatMap(({ up }) => up),
  );
  const { sql, losses } = await planPush(url, env);
  if (sql === '') return print(`No changes: the tables of ${addressOf(url)} are as declared.`);
  print(sql);
  if (!force) refuseLosses(losses);
  for (const loss of losses) note(`! ${loss}`);
  await confirm(config, { what: `Run this on ${addressOf(url)}`, urls: [url], yes: yes || force });
  await runStatements(url, sql);
  note(`Pushed to ${addressOf(url)}. It still needs a migration: npm run db:generate`);
}

await runCommand<Options>({
  script: 'db:push',
  description:
    'Makes the tables of a development database like src/**/*.table.ts, without a migration (drizzle-kit push).',
  configure: (command) =>
    command
      .option('--force', 'do it even where data is lost', false)
      .option('--yes', 'do not ask; required for a database on another machine', false),
  run: (options) => withConfig(['postgres'], (config, env) => push(config, env, options)),
});

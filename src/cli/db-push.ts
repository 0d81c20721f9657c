import type { Config } from '../config/config.js';
import type { Env } from '../config/aliases.js';
import { addressOf, readMigrations } from '../stores/postgres/migrations/index.js';
import { createExtensions } from './drizzle-kit/extensions.js';
import { runDrizzleKit } from './drizzle-kit/run-drizzle-kit.js';
import { note, runCommand } from './run-command.js';
import { confirm } from './terminal/confirm.js';
import { CommandFailed } from './terminal/explained.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  yes: boolean;
  force: boolean;
}

/**
 * drizzle-kit reads the columns of a composite key in whatever order PostgreSQL joins them and would make the key
 * anew each time; nested loops give them in the table's order.
 */
function withKeyOrder(url: string): string {
  const ordered = new URL(url);
  ordered.searchParams.set('options', '-c enable_hashjoin=off -c enable_mergejoin=off');
  // The drivers do not read a plus sign as a blank.
  ordered.search = ordered.search.replaceAll('+', '%20');
  return ordered.href;
}

async function push(config: Config, env: Env, { yes, force }: Options): Promise<void> {
  if (config.environment === 'production') {
    throw new CommandFailed(
      'Tables are never pushed to production.',
      'NODE_ENV is production; a push leaves no migration behind',
      ['npm run db:generate, then npm run db:migrate'],
    );
  }
  const { url } = config.postgres;
  await confirm(config, {
    what: `Make the tables of ${addressOf(url)} like src/**/*.table.ts`,
    urls: [url],
    yes,
  });
  await createExtensions(
    url,
    (await readMigrations()).flatMap(({ up }) => up),
  );
  note(
    `Pushing to ${addressOf(url)}; what is tried out this way still needs a migration: npm run db:generate`,
  );
  const args = ['push', ...(force ? ['--force'] : [])];
  const { complaint } = await runDrizzleKit(args, { ...env, DATABASE_URL: withKeyOrder(url) }, 'interactive');
  if (complaint === null) return;
  throw new CommandFailed('drizzle-kit could not push all changes.', complaint, [
    'on a terminal it asks before data is lost; --force says yes beforehand',
  ]);
}

await runCommand<Options>({
  script: 'db:push',
  description:
    'Makes the tables of a development database like src/**/*.table.ts, without a migration (drizzle-kit push).',
  configure: (command) =>
    command
      .option('--force', 'accept the loss of data that drizzle-kit would ask about', false)
      .option('--yes', 'do not ask before it starts', false),
  run: (options) => withConfig(['postgres'], (config, env) => push(config, env, options)),
});

import type { Config } from '../config/config.js';
import {
  addressOf,
  type AppliedMigration,
  migrateUp,
  MigrationsDisagree,
  migrationState,
  selectUpTo,
} from '../stores/postgres/migrations/index.js';
import { note, print, printJson, runCommand } from './run-command.js';
import { duration, plural, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  to?: string;
  dryRun?: true;
  json?: true;
}

async function preview(url: string, { to, json }: Options): Promise<void> {
  const state = await migrationState(url);
  if (state.faults.length > 0) throw new MigrationsDisagree(state.faults);
  const selected = selectUpTo(state, to);
  if (json) return printJson({ pending: selected.map(({ name }) => name) });
  if (selected.length === 0) return print(`Nothing to apply: ${addressOf(url)} is up to date.`);
  print(`Would apply to ${addressOf(url)}:`);
  print(
    table(
      ['migration', 'statements'],
      selected.map(({ name, up }) => [name, String(up.length)]),
    ),
  );
}

async function migrate({ postgres: { url } }: Config, options: Options): Promise<void> {
  if (options.dryRun) return preview(url, options);
  const onApplied = ({ name, durationMs }: AppliedMigration) => note(`  ✓ ${name} (${duration(durationMs)})`);
  const applied = await migrateUp(url, {
    ...(options.to !== undefined && { to: options.to }),
    onApplied,
    onWait: (holder) => note(`Another process is migrating: ${holder}. Waiting up to a minute.`),
  });
  if (options.json)
    return printJson({ applied: applied.map(({ name, durationMs }) => ({ name, duration_ms: durationMs })) });
  if (applied.length === 0) return print(`Nothing to apply: ${addressOf(url)} is up to date.`);
  const total = applied.reduce((sum, { durationMs }) => sum + durationMs, 0);
  print(`Applied ${plural(applied.length, 'migration')} to ${addressOf(url)} in ${duration(total)}.`);
}

await runCommand<Options>({
  script: 'db:migrate',
  description: 'Applies the pending migrations of drizzle/ to PostgreSQL, each in a transaction of its own.',
  configure: (command) =>
    command
      .option('--to <name>', 'the last migration to apply: its name or number')
      .option('--dry-run', 'show what would be applied and apply nothing')
      .option('--json', 'print the result as one line of JSON'),
  run: (options) => withConfig(['postgres'], (config) => migrate(config, options)),
});

import type { Config } from '../config/config.js';
import { addressOf, migrationState, rollback } from '../stores/postgres/migrations/index.js';
import { note, print, printJson, runCommand, wholeNumber } from './run-command.js';
import { confirm } from './terminal/confirm.js';
import { duration, plural } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  steps: number;
  yes: boolean;
  json?: true;
}

async function undo(config: Config, { steps, yes, json }: Options): Promise<void> {
  const { url } = config.postgres;
  const { applied } = await migrationState(url);
  const names = applied
    .slice(-steps)
    .map(({ name }) => name)
    .reverse();
  if (names.length > 0)
    await confirm(config, { what: `Undo ${names.join(', ')} on ${addressOf(url)}`, urls: [url], yes });
  const undone = await rollback(url, names.length, {
    onUndone: ({ name, durationMs }) => note(`  ✓ ${name} undone (${duration(durationMs)})`),
    onWait: (holder) => note(`Another process is migrating: ${holder}. Waiting up to a minute.`),
  });
  if (json)
    return printJson({ undone: undone.map(({ name, durationMs }) => ({ name, duration_ms: durationMs })) });
  if (undone.length === 0) return print(`Nothing to undo: no migration was applied to ${addressOf(url)}.`);
  print(`Undid ${plural(undone.length, 'migration')} on ${addressOf(url)}.`);
}

await runCommand<Options>({
  script: 'db:rollback',
  description:
    'Undoes the last migrations by their down files, newest first. Data in what they drop is lost.',
  configure: (command) =>
    command
      .option('--steps <n>', 'how many', wholeNumber(1), 1)
      .option('--yes', 'do not ask; required in production', false)
      .option('--json', 'print the result as one line of JSON'),
  run: (options) => withConfig(['postgres'], (config) => undo(config, options)),
});

import { InvalidArgumentError } from 'commander';

import { processEnv } from '../config/load-config.js';
import { migrationsFolder, readMigrations } from '../stores/postgres/migrations/index.js';
import { drift, generate, type GenerateOptions } from './drizzle-kit/generate.js';
import { EXIT_FAILURE, note, print, runCommand } from './run-command.js';
import { plural } from './terminal/table.js';

interface Options extends GenerateOptions {
  check?: true;
}

function migrationName(text: string): string {
  if (/^[a-z0-9]+(_[a-z0-9]+)*$/.test(text)) return text;
  throw new InvalidArgumentError('It may hold a-z, 0-9 and single underscores: add_plans.');
}

async function check(): Promise<number> {
  const migrations = await readMigrations();
  const withoutDown = migrations
    .filter(({ down }) => down === null)
    .map(({ name }) => `${name}.sql has no down file`);
  const statements = await drift(migrationsFolder, processEnv());
  if (withoutDown.length === 0 && statements.length === 0) {
    print(`The tables and the last of ${plural(migrations.length, 'migration')} agree.`);
    return 0;
  }
  const faults = [...withoutDown, ...statements.map((statement) => `not migrated: ${statement}`)];
  note(
    `✗ The tables and the migrations differ.\n\n  Why:\n    ${faults.join('\n').replaceAll('\n', '\n    ')}\n\n  What to do:\n    - npm run db:generate -- --name what_changed`,
  );
  return EXIT_FAILURE;
}

async function write(options: GenerateOptions): Promise<void> {
  await readMigrations();
  const made = await generate(migrationsFolder, options, processEnv());
  if (!made) return print('Nothing to generate: the tables are as the last migration leaves them.');
  print(
    `Wrote drizzle/${made.name}.sql and drizzle/${made.name}.down.sql (${plural(made.statements, 'statement')}).`,
  );
  if (options.custom)
    note(`! Write both by hand: until then db:migrate refuses the one and db:rollback the other.`);
  else if (made.irreversible.length > 0) {
    note(
      `! The down file has to be completed by hand; until then db:rollback refuses it:\n    ${made.irreversible.join('\n    ')}`,
    );
  }
}

await runCommand<Options>({
  script: 'db:generate',
  description:
    'Compares the tables (src/**/*.table.ts) with the last migration and writes the next one, up and down.',
  configure: (command) =>
    command
      .option('--name <name>', 'what it does: add_plans', migrationName)
      .option('--custom', 'an empty migration, to be written by hand', false)
      .option('--check', 'write nothing; exit code 1 when tables and migrations differ'),
  run: (options) => (options.check ? check() : write(options)),
});

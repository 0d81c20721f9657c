import { InvalidArgumentError } from 'commander';

import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { pendingMigrations } from '../stores/postgres/migrations/index.js';
import { Postgres } from '../stores/postgres/postgres.js';
import { findOrganizationBySlug } from './migrate-from/accounts.pg.repository.js';
import { Move } from './migrate-from/move.js';
import { MoveProgress } from './migrate-from/move-progress.js';
import { isComplete, type MoveReport, tableOf, toJson } from './migrate-from/move-report.js';
import { moveTarget } from './migrate-from/move-target.js';
import { MOVED_KINDS, type MovedKindName } from './migrate-from/moved-record.js';
import { type GivenSource, withSource } from './migrate-from/source/with-source.js';
import type { Source } from './migrate-from/source/source.js';
import { EXIT_FAILURE, print, printJson, runCommand, wholeNumber } from './run-command.js';
import { CommandFailed } from './terminal/explained.js';
import { withConfig } from './terminal/with-config.js';

const MAX_BATCH = 5_000;

interface Options extends GivenSource {
  organization: string;
  only: MovedKindName[];
  batch: number;
  limitDetails: number;
  dryRun?: true;
  json?: true;
}

const kinds = (text: string): MovedKindName[] => {
  const named = new Set(text.split(',').map((name) => name.trim()));
  const known = MOVED_KINDS.filter((kind) => named.delete(kind));
  if (named.size > 0)
    throw new InvalidArgumentError(`Name some of these, with commas between them: ${MOVED_KINDS.join(',')}.`);
  return known;
};

async function assertMigrated({ postgres }: Config): Promise<void> {
  const pending = await pendingMigrations(postgres.url);
  if (pending.length === 0) return;
  throw new CommandFailed('The database is not migrated.', `pending: ${pending.join(', ')}`, [
    'npm run db:migrate',
  ]);
}

/** As a worker, which delivers what the move leaves to be delivered; a dry run delivers nothing. */
async function move(config: Config, source: Source, options: Options): Promise<MoveReport> {
  await assertMigrated(config);
  const isDryRun = options.dryRun ?? false;
  const processRole = isDryRun ? 'api' : 'worker';
  const app = await createApp(new Config({ ...config, logLevel: 'silent', processRole }));
  const progress = new MoveProgress(process.stderr);
  try {
    const postgres = app.get(Postgres, { strict: false });
    const orgId = await findOrganizationBySlug(postgres, options.organization);
    if (orgId === null)
      throw new CommandFailed(`There is no organisation "${options.organization}".`, '', [
        'make it with POST /api/v1/organizations, or name another one with --organization',
      ]);
    const { batch, only, limitDetails: detailLimit } = options;
    const target = moveTarget(app, orgId, source.name);
    return await new Move(source, target, { batch, only, isDryRun, detailLimit }, progress).run();
  } finally {
    progress.end();
    await app.close();
  }
}

function show(report: MoveReport): void {
  print(tableOf(report));
  const isDone = isComplete(report);
  if (report.isDryRun) print(isDone ? 'Everything can be moved.' : 'Not everything can be moved.');
  else print(isDone ? 'Everything is here, and equal.' : 'Not everything is here.');
}

await runCommand<Options>({
  script: 'migrate:from',
  description:
    'Moves users, journal entries, moods and focus sessions of a single-store journaling database into an organisation, and compares both. It may be interrupted and repeated. Exit code 1 while anything is missing. See docs/migrating.md.',
  configure: (command) =>
    command
      .option('--postgres <url>', 'the source, in PostgreSQL')
      .option('--mongodb <uri>', 'the source, in MongoDB')
      .requiredOption('--organization <slug>', 'the organisation that gets the accounts')
      .option('--source-name <name>', 'tells this source from others (default: the name of its database)')
      .option('--only <tables>', 'some of the tables, with commas between them', kinds, [...MOVED_KINDS])
      .option('--batch <n>', 'rows that are read at once', wholeNumber(1, MAX_BATCH), 1_000)
      .option('--limit-details <n>', 'how many refused or differing rows to list', wholeNumber(0), 50)
      .option('--dry-run', 'say what would be moved and what refused, and write nothing')
      .option('--json', 'print the result as one line of JSON'),
  run: async (options) => {
    const report = await withConfig(STORE_NAMES, (config) =>
      withSource(options, config, (source) => move(config, source, options)),
    );
    if (options.json) printJson(toJson(report));
    else show(report);
    return isComplete(report) ? 0 : EXIT_FAILURE;
  },
});

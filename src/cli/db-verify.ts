import { createApp } from '../app.setup.js';
import { Config } from '../config/config.js';
import {
  type CheckReport,
  Reconciliation,
  type VerifyReport,
} from '../flows/reconciliation/reconciliation.js';
import { NoCheckSelected, UnknownCheck } from '../flows/reconciliation/reconciliation.errors.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { EXIT_FAILURE, print, printJson, runCommand, wholeNumber } from './run-command.js';
import { CommandFailed, describeFailure } from './terminal/explained.js';
import { plural, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';
import { VerifyProgress } from './verify/verify-progress.js';

/** There is no result, because a store is away or the check does not exist. */
const EXIT_NOT_COMPARED = 2;

interface Options {
  json?: true;
  repair?: true;
  only?: string[];
  limitDetails: number;
}

const names = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/**
 * The application itself, without listening and without delivering anything. The check of the cache calls its routes.
 */
async function verify(config: Config, { repair, only, limitDetails }: Options): Promise<VerifyReport> {
  const app = await createApp(new Config({ ...config, logLevel: 'silent', processRole: 'api' }));
  const progress = new VerifyProgress(process.stderr);
  try {
    return await app.get(Reconciliation, { strict: false }).verify({
      only,
      isRepair: repair ?? false,
      detailLimit: limitDetails,
      onProgress: (report, isSecond) => progress.show(report, isSecond),
    });
  } finally {
    progress.end();
    await app.close();
  }
}

const COLUMNS = ['check', 'compared', 'missing', 'extra', 'different', 'repaired', 'seconds'];

const rowOf = (report: CheckReport): string[] => [
  report.name,
  ...[report.compared, report.missing, report.extra, report.different, report.repaired].map(String),
  report.seconds.toFixed(1),
];

function summaryOf({ ok, checks, remaining }: VerifyReport, isRepair: boolean): string {
  const found = checks.reduce((sum, { missing, extra, different }) => sum + missing + extra + different, 0);
  if (found === 0) return 'The stores agree.';
  const differ = `${plural(found, 'record')} ${found === 1 ? 'differs' : 'differ'}`;
  if (!isRepair) return `${differ}. Repair: npm run db:verify -- --repair`;
  if (ok) return `${differ.replace(/differs?$/, 'differed')}; repaired, and nothing differs any more.`;
  return `${differ.replace(/differs?$/, 'differed')}; after the repairs ${remaining} still ${remaining === 1 ? 'differs' : 'differ'}.`;
}

function show(report: VerifyReport, isRepair: boolean): void {
  print(table(COLUMNS, report.checks.map(rowOf)));
  if (report.details.length > 0) {
    const rows = report.details.map(({ check, kind, record, detail, repair }) => [
      ...[check, kind, record, detail],
      ...(isRepair ? [repair ?? 'not repaired'] : []),
    ]);
    print(`\n${table(['check', 'kind', 'record', 'what', ...(isRepair ? ['repair'] : [])], rows)}`);
  }
  print(`\n${summaryOf(report, isRepair)}`);
}

const toJson = ({ ok, checks }: VerifyReport) => ({
  ok,
  checks: checks.map(({ name, compared, missing, extra, different, repaired, seconds }) => ({
    ...{ name, compared, missing, extra, different, repaired, seconds },
  })),
});

const explained = ({ known, message }: UnknownCheck | NoCheckSelected): CommandFailed =>
  new CommandFailed(message, '', [`name some of these, with commas between them: --only ${known.join(',')}`]);

async function run(options: Options): Promise<number> {
  try {
    const report = await withConfig(STORE_NAMES, (config) => verify(config, options));
    if (options.json) printJson(toJson(report));
    else show(report, options.repair ?? false);
    return report.ok ? 0 : EXIT_FAILURE;
  } catch (error) {
    const isNaming = error instanceof UnknownCheck || error instanceof NoCheckSelected;
    process.stderr.write(describeFailure(isNaming ? explained(error) : error));
    return EXIT_NOT_COMPARED;
  }
}

await runCommand<Options>({
  script: 'db:verify',
  description:
    'Compares every copy in the three stores with its source of truth. Exit code 1 while anything differs, 2 when it could not be compared.',
  configure: (command) =>
    command
      .option('--repair', 'make the copies right, then compare again')
      .option('--only <checks>', 'names of checks, with commas between them', names)
      .option('--limit-details <n>', 'how many differing records to list', wholeNumber(0), 20)
      .option('--json', 'print the counts as one line of JSON, and nothing else'),
  run,
});

import { type CollectionFigures, collectionFigures } from '../stores/mongo/collection-figures.js';
import type { CollectionReport } from '../stores/mongo/declare-collections.js';
import { withDatabase } from '../stores/mongo/with-database.js';
import { countIndexes, initMongo } from './mongo/init-mongo.js';
import { EXIT_FAILURE, note, print, printJson, runCommand } from './run-command.js';
import { bytes, plural, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  stats?: true;
  json?: true;
}

function printReports(reports: readonly CollectionReport[]): void {
  const rows = reports.flatMap((collection) => [
    [collection.name, '', collection.status],
    ...collection.indexes.map((index) => ['', index.description, index.status]),
  ]);
  print(table(['collection', 'index', 'status'], rows));
  const counts = (['created', 'existing', 'differing', 'undeclared'] as const).map(
    (status) => `${countIndexes(reports, status)} ${status}`,
  );
  print(`${plural(reports.length, 'collection')}; indexes: ${counts.join(', ')}.`);
}

function complain(reports: readonly CollectionReport[]): void {
  for (const { name, indexes } of reports) {
    for (const index of indexes.filter(({ status }) => status === 'differing')) {
      note(
        `✗ ${name}.${index.name} differs: declared is ${index.description}, there is ${index.existing ?? '?'}.\n` +
          `    - drop it when the collection is idle (db.${name}.dropIndex('${index.name}')) and run mongo:init again`,
      );
    }
  }
}

async function init(uri: string, { json }: Options): Promise<number> {
  const reports = await initMongo(uri);
  if (json) printJson({ collections: reports });
  else printReports(reports);
  complain(reports);
  return countIndexes(reports, 'differing') === 0 ? 0 : EXIT_FAILURE;
}

const orUnknown = (figure: number | null, show: (figure: number) => string = String): string =>
  figure === null ? '?' : show(figure);

function printFigures(figures: readonly CollectionFigures[]): void {
  if (figures.length === 0) return print('There is no collection yet. Create them: npm run mongo:init');
  print(
    table(
      ['collection', 'documents', 'size', 'indexes', 'index size'],
      figures.map((one) => [
        one.name,
        orUnknown(one.documents),
        orUnknown(one.bytes, bytes),
        String(one.indexes.length),
        orUnknown(one.indexBytes, bytes),
      ]),
    ),
  );
  const indexes = figures.flatMap((one) =>
    one.indexes.map((index) => [one.name, index.name, orUnknown(index.bytes, bytes), orUnknown(index.uses)]),
  );
  print(`\n${table(['collection', 'index', 'size', 'uses'], indexes)}`);
}

const toJson = ({ indexBytes, ...figures }: CollectionFigures) => ({ ...figures, index_bytes: indexBytes });

async function stats(uri: string, { json }: Options): Promise<void> {
  const figures = await withDatabase(uri, collectionFigures);
  if (json) printJson({ collections: figures.map(toJson) });
  else printFigures(figures);
}

await runCommand<Options>({
  script: 'mongo:init',
  description:
    'Creates the collections and indexes that the schemas declare, where they are missing. Drops nothing.',
  configure: (command) =>
    command
      .option(
        '--stats',
        'change nothing; show documents, sizes and uses of the indexes (?: the server does not say)',
      )
      .option('--json', 'print the result as one line of JSON'),
  run: (options) =>
    withConfig(['mongodb'], async ({ mongo }) =>
      options.stats ? stats(mongo.uri, options) : init(mongo.uri, options),
    ),
});

import path from 'node:path';

import type { Config } from '../config/config.js';
import type { SourceFigures } from './backup/progress.js';
import { writeBackup } from './backup/write-backup.js';
import { note, print, printJson, runCommand } from './run-command.js';
import { bytes, duration, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  out?: string;
  json?: true;
}

/** `20261121T093000Z`: sorts by time and is valid in file names on every system. */
const timestamp = (moment: Date): string => moment.toISOString().replace(/[-:]|\.\d+/g, '');

const sourceJson = ({ store, name, records, bytes: size, durationMs }: SourceFigures) => ({
  store,
  name,
  records,
  bytes: size,
  seconds: Number((durationMs / 1_000).toFixed(3)),
});

async function backup(config: Config, { out, json }: Options): Promise<void> {
  const file = path.resolve(
    out ?? path.join(config.dataDir, 'backups', `triptych-${timestamp(new Date())}.tar`),
  );
  const startedAt = performance.now();
  const written = await writeBackup(config, file);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (json) {
    return printJson({
      file,
      cut_at: written.cutAt.toISOString(),
      migration: written.migration,
      bytes: written.bytes,
      sha256: written.checksum,
      seconds: Number(seconds.toFixed(3)),
      sources: written.sources.map(sourceJson),
    });
  }
  const rows = written.sources.map(({ store, name, records, bytes: size, durationMs }) => [
    store,
    name,
    String(records),
    bytes(size),
    duration(durationMs),
  ]);
  print(table(['store', 'table or collection', 'records', 'size', 'time'], rows));
  print(
    `${file} (${bytes(written.bytes)}) as of ${written.cutAt.toISOString()}, in ${duration(seconds * 1_000)}.`,
  );
  note('It holds password hashes and personal data: keep it where only its owner can read it.');
}

await runCommand<Options>({
  script: 'db:backup',
  description:
    'Writes PostgreSQL and MongoDB, as of one moment, into one checksummed archive. The service may go on running.',
  configure: (command) =>
    command
      .option('--out <file>', 'the archive; default: DATA_DIR/backups/triptych-TIME.tar')
      .option('--json', 'print the result as one line of JSON'),
  run: (options) => withConfig(['postgres', 'mongodb'], (config) => backup(config, options)),
});

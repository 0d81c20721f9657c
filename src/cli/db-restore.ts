import path from 'node:path';

import type { Config } from '../config/config.js';
import { STORE_NAMES } from '../stores/embedded/index.js';
import { checkArchive, runRestore } from './backup/run-restore.js';
import type { RestoredCredentials } from './backup/restored-credentials.js';
import type { VerifiedArchive } from './backup/verify-archive.js';
import { parsePartName } from './backup/archive-format.js';
import { note, print, printJson, runCommand } from './run-command.js';
import { bytes, duration, plural, table } from './terminal/table.js';
import { withConfig } from './terminal/with-config.js';

interface Options {
  from: string;
  check?: true;
  force: boolean;
  yes: boolean;
  disableKeys: boolean;
  json?: true;
}

interface SourceCount {
  store: string;
  name: string;
  records: number;
}

/** Every table and collection of an archive, including empty ones. */
function countsOf({ header, manifest }: VerifiedArchive): SourceCount[] {
  const counts = new Map<string, SourceCount>();
  const add = (store: string, name: string, records: number): void => {
    const key = `${store}/${name}`;
    counts.set(key, { store, name, records: (counts.get(key)?.records ?? 0) + records });
  };
  for (const { name } of header.postgres.tables) add('postgres', name, 0);
  for (const name of header.mongodb.collections) add('mongodb', name, 0);
  for (const { name, records } of manifest.members) {
    const part = parsePartName(name);
    if (part) add(part.store, part.source, records);
  }
  return [...counts.values()];
}

function show(archive: VerifiedArchive): void {
  const rows = countsOf(archive).map(({ store, name, records }) => [store, name, String(records)]);
  print(table(['store', 'table or collection', 'records'], rows));
}

const toJson = (file: string, archive: VerifiedArchive) => ({
  file,
  cut_at: archive.header.cut_at,
  migration: archive.header.postgres.migrations.at(-1)?.name ?? null,
  bytes: archive.bytes,
  sha256: archive.manifest.checksum,
  sources: countsOf(archive),
});

async function check(file: string, { json }: Options): Promise<void> {
  const archive = await checkArchive(file);
  if (json) return printJson({ ok: true, ...toJson(file, archive) });
  show(archive);
  print(`${file} is whole: ${bytes(archive.bytes)}, as of ${archive.header.cut_at}.`);
}

/** The archive does not contain what was ended or revoked after it was written. */
function sayCredentials({ endedTokens, liveKeys, areKeysDisabled }: RestoredCredentials): string {
  const tokens = `${plural(endedTokens, 'session and one-time token', 'sessions and one-time tokens')} ended`;
  if (areKeysDisabled) return `${tokens}; ${plural(liveKeys, 'API key')} disabled.`;
  const works = `${plural(liveKeys, 'API key')} ${liveKeys === 1 ? 'works' : 'work'} again`;
  return `${tokens}; ${works}, also what was revoked since (--disable-keys revokes all of them).`;
}

async function restore(config: Config, file: string, { json, ...options }: Options): Promise<void> {
  const startedAt = performance.now();
  const { archive, credentials, forgottenKeys, pendingMigrations } = await runRestore(config, {
    ...options,
    file,
  });
  const ms = performance.now() - startedAt;
  if (json) {
    return printJson({
      ...toJson(file, archive),
      forgotten_keys: forgottenKeys,
      ended_tokens: credentials.endedTokens,
      live_api_keys: credentials.areKeysDisabled ? 0 : credentials.liveKeys,
      disabled_api_keys: credentials.areKeysDisabled ? credentials.liveKeys : 0,
      pending_migrations: pendingMigrations,
      seconds: Number((ms / 1_000).toFixed(3)),
    });
  }
  show(archive);
  print(`Restored ${file} as of ${archive.header.cut_at} in ${duration(ms)}.`);
  print(sayCredentials(credentials));
  if (pendingMigrations.length > 0)
    note(`This version has ${plural(pendingMigrations.length, 'newer migration')}: npm run db:migrate`);
}

await runCommand<Options>({
  script: 'db:restore',
  description:
    'Verifies an archive of db:backup and loads it into empty stores. The service must not run on them meanwhile.',
  configure: (command) =>
    command
      .requiredOption('--from <file>', 'the archive')
      .option('--check', 'only verify the archive; no store is touched')
      .option('--force', 'delete everything in PostgreSQL and MongoDB first', false)
      .option('--yes', 'do not ask; required with --force in production or for another machine', false)
      .option('--disable-keys', 'revoke the API keys that the archive brings back', false)
      .option('--json', 'print the result as one line of JSON'),
  run: async (options) => {
    const file = path.resolve(options.from);
    if (options.check) return check(file, options);
    return withConfig(STORE_NAMES, (config) => restore(config, file, options));
  },
});

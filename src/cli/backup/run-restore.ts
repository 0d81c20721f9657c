import type { FileHandle } from 'node:fs/promises';

import type { Config } from '../../config/config.js';
import { withDatabase } from '../../stores/mongo/with-database.js';
import {
  addressOf,
  dropEverything,
  migrateUp,
  pendingMigrations,
  withConnection,
} from '../../stores/postgres/migrations/index.js';
import { initMongo } from '../mongo/init-mongo.js';
import { forgetCache, withRedis } from '../reset/forget-cache.js';
import { note } from '../run-command.js';
import { confirm } from '../terminal/confirm.js';
import { explain } from '../terminal/explained.js';
import { bytes, plural } from '../terminal/table.js';
import { withArchive } from './archive-reader.js';
import { RestoreFailed } from './backup.errors.js';
import { restoreAddresses } from './changed-users.js';
import { type Database, dropCollections } from './documents.mongo.repository.js';
import { loadCollections, loadTables } from './load-parts.js';
import { withBareTables } from './load-postgres.js';
import type { SourceFigures } from './progress.js';
import { type RestoredCredentials, settleCredentials } from './restored-credentials.js';
import { planRestore, type RestorePlan } from './restore-plan.js';
import { type VerifiedArchive, verifyArchive } from './verify-archive.js';

export interface RestoreOptions {
  file: string;
  force: boolean;
  yes: boolean;
  /** Revoke the API keys that the archive restores. */
  disableKeys?: boolean;
  /** Default: the package's `drizzle/`. A test may name another folder. */
  folder?: string;
}

/** What was restored, and the migrations that this version would still apply. */
export interface Restored {
  archive: VerifiedArchive;
  sources: SourceFigures[];
  credentials: RestoredCredentials;
  forgottenKeys: number;
  pendingMigrations: string[];
}

interface Load {
  handle: FileHandle;
  archive: VerifiedArchive;
  config: Config;
  db: Database;
  disableKeys: boolean;
}

interface Loaded {
  figures: SourceFigures[];
  credentials: RestoredCredentials;
}

/** Verifies an archive without touching a store. Throws `ArchiveNotReadable`, `ArchiveDamaged`. */
export async function checkArchive(file: string): Promise<VerifiedArchive> {
  return withArchive(file, (handle) => verifyArchive(handle, file));
}

/** PostgreSQL is loaded first and committed last, so that it stays unchanged until MongoDB is complete. */
async function load({ handle, archive, config, db, disableKeys }: Load): Promise<Loaded> {
  return withConnection(config.postgres.url, async (sql) => {
    let isMongoTouched = false;
    try {
      const loaded = await sql.begin(async (tx) => {
        const rows: SourceFigures[] = [];
        const credentials = await withBareTables(tx, archive, async (tables) => {
          rows.push(...(await loadTables(handle, archive, tx, tables)));
          return settleCredentials(tx, tables, { disableKeys });
        });
        isMongoTouched = true;
        await dropCollections(db);
        // Indexes first, because the embedded server would build them over many documents in one transaction that does
        // not end.
        await initMongo(config.mongo.uri);
        const documents = await loadCollections(handle, archive, db);
        await restoreAddresses(tx, db, archive.manifest.changed_users);
        return { value: { figures: [...rows, ...documents], credentials } };
      });
      return loaded.value;
    } catch (error) {
      if (!isMongoTouched) throw error;
      const why = explain(error)?.why ?? String(error);
      throw new RestoreFailed(
        'The restore was stopped half way: PostgreSQL is as it was, MongoDB is not complete.',
        why,
        ['correct the cause and restore again with --force; do not start the service before'],
        { cause: error },
      );
    }
  });
}

/** Brings PostgreSQL to the archive's migrations. A database that is ahead of them is emptied first. */
async function migrate(
  config: Config,
  plan: RestorePlan,
  { archive, folder }: { archive: VerifiedArchive; folder: string | undefined },
) {
  const { url } = config.postgres;
  if (plan.isAhead) await dropEverything(url);
  const last = archive.header.postgres.migrations.at(-1);
  const applied = await migrateUp(url, {
    ...(last && { to: last.name }),
    ...(folder !== undefined && { folder }),
  });
  if (applied.length > 0) note(`  ✓ ${plural(applied.length, 'migration')} applied`);
}

async function forget(config: Config): Promise<number> {
  try {
    return await withRedis(config, (redis) => forgetCache(redis, config.redis.keyPrefix));
  } catch (error) {
    throw new RestoreFailed(
      'PostgreSQL and MongoDB are restored, but Redis still has answers from before.',
      explain(error)?.why ?? String(error),
      [`delete the keys ${config.redis.keyPrefix}:* before the service starts`],
      { cause: error },
    );
  }
}

/**
 * Loads an archive into empty stores; `force` empties them first. Nothing is changed before the archive was verified
 * and every store has answered. Throws `ArchiveNotReadable`, `ArchiveDamaged`, `TargetRefused`, `RestoreFailed`.
 */
export async function runRestore(
  config: Config,
  { file, force, yes, disableKeys = false, folder }: RestoreOptions,
): Promise<Restored> {
  return withArchive(file, async (handle) => {
    const archive = await verifyArchive(handle, file);
    note(
      `  ✓ ${file} is whole (${plural(archive.manifest.members.length, 'member')}, ${bytes(archive.bytes)})`,
    );
    await withRedis(config, async () => undefined);
    const urls = [config.postgres.url, config.mongo.uri];
    const { figures: sources, credentials } = await withDatabase(config.mongo.uri, async (db) => {
      const plan = await planRestore(config, db, archive.header, {
        force,
        ...(folder !== undefined && { folder }),
      });
      if (plan.occupied !== null || plan.isAhead) {
        const what = `Delete everything in ${urls.map(addressOf).join(', ')} and restore ${file}`;
        await confirm(config, { what, urls, yes });
      }
      await migrate(config, plan, { archive, folder });
      return load({ handle, archive, config, db, disableKeys });
    });
    const forgottenKeys = await forget(config);
    note(`  ✓ ${plural(forgottenKeys, 'key')} of ${config.redis.keyPrefix} forgotten`);
    const pending = await pendingMigrations(config.postgres.url, folder === undefined ? {} : { folder });
    return { archive, sources, credentials, forgottenKeys, pendingMigrations: pending };
  });
}

import { access } from 'node:fs/promises';

import type { Config } from '../../config/config.js';
import { hasCode } from '../../stores/embedded/process-identity.js';
import { withDatabase } from '../../stores/mongo/with-database.js';
import { FORMAT, FORMAT_VERSION } from './archive-format.js';
import { ArchiveWriter } from './archive-writer.js';
import { ArchiveNotWritten } from './backup.errors.js';
import { usersChangedAfter } from './changed-users.js';
import { carriersFirst, ConsistentCut } from './consistent-cut.js';
import { collectionNames, type Database, mongoVersion } from './documents.mongo.repository.js';
import { dumpCollection, dumpTable } from './dump-sources.js';
import { partitionsOf, sequencesOf } from './postgres-catalog.js';
import { type PostgresSnapshot, withSnapshot } from './postgres-snapshot.js';
import type { SourceFigures } from './progress.js';

/** A backup that is on the disk. */
export interface WrittenBackup {
  file: string;
  cutAt: Date;
  migration: string;
  bytes: number;
  checksum: string;
  sources: SourceFigures[];
}

async function assertFree(file: string): Promise<void> {
  try {
    await access(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new ArchiveNotWritten(file, String(error), { cause: error });
  }
  throw new ArchiveNotWritten(file, 'there is a file of that name');
}

async function dump(
  archive: ArchiveWriter,
  { postgres }: Config,
  snapshot: PostgresSnapshot,
  db: Database,
): Promise<Omit<WrittenBackup, 'file'>> {
  const { tx, tables, migrations } = snapshot;
  const collections = carriersFirst(await collectionNames(db));
  await archive.begin({
    format: FORMAT,
    version: FORMAT_VERSION,
    cut_at: snapshot.at.toISOString(),
    postgres: {
      server_version: snapshot.serverVersion,
      migrations,
      tables: tables.map(({ name, columns }) => ({
        name,
        columns: columns.map((column) => ({ name: column.name, type: column.type })),
      })),
      partitions: await partitionsOf(tx),
    },
    mongodb: { server_version: await mongoVersion(db), collections },
  });
  const sources: SourceFigures[] = [];
  for (const table of tables) sources.push(await dumpTable(archive, snapshot, table));
  const cut = new ConsistentCut(snapshot);
  for (const name of collections) sources.push(await dumpCollection(archive, db, cut, name));
  const checksum = await archive.finish({
    sequences: await sequencesOf(tx),
    changed_users: await usersChangedAfter(postgres.url, snapshot),
  });
  const migration = migrations.at(-1)?.name ?? '';
  return { cutAt: snapshot.at, migration, bytes: archive.size, checksum, sources };
}

/**
 * Writes one archive with a consistent cut of both stores, while the service may run. The file gets its name only when
 * it is complete. Throws `ArchiveNotWritten`, `StoreUnavailable`, `PostgresNotUsable`, `CommandFailed`.
 */
export async function writeBackup(config: Config, file: string): Promise<WrittenBackup> {
  await assertFree(file);
  return withDatabase(config.mongo.uri, (db) =>
    // The snapshot first, then MongoDB, so that everything that was delivered by then is in MongoDB.
    withSnapshot(config.postgres.url, async (snapshot) => {
      const archive = await ArchiveWriter.create(file).catch((error: unknown) => {
        throw new ArchiveNotWritten(file, String(error), { cause: error });
      });
      try {
        return { file, ...(await dump(archive, config, snapshot, db)) };
      } catch (error) {
        await archive.discard();
        if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS'))
          throw new ArchiveNotWritten(file, String(error), { cause: error });
        throw error;
      }
    }),
  );
}

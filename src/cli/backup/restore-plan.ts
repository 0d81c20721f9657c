import type { Config } from '../../config/config.js';
import {
  addressOf,
  migrationState,
  readMigrations,
  withConnection,
} from '../../stores/postgres/migrations/index.js';
import type { ArchiveHeader } from './archive-format.js';
import { TargetRefused } from './backup.errors.js';
import { type Database, firstCollectionWithDocuments } from './documents.mongo.repository.js';
import { firstTableWithRows, sessionsOfService } from './postgres-catalog.js';

/** What is necessary before the archive can be loaded. */
export interface RestorePlan {
  /** Why the stores are not empty, in words. Null: they are empty. */
  occupied: string | null;
  /** PostgreSQL has migrations that the archive does not contain, so its tables have to be dropped first. */
  isAhead: boolean;
}

export interface PlanOptions {
  force: boolean;
  /** Default: the package's `drizzle/`. A test may name another folder. */
  folder?: string;
}

/** Every migration of the archive has to exist here, unchanged. Newer ones may exist too; they stay pending. */
async function assertKnown(header: ArchiveHeader, folder?: string): Promise<void> {
  const files = new Map((await readMigrations(folder)).map(({ name, hash }) => [name, hash]));
  const faults = header.postgres.migrations.flatMap(({ name, hash }) => {
    if (!files.has(name)) return [`${name} is not there`];
    return files.get(name) === hash ? [] : [`drizzle/${name}.sql is another one than the archive's`];
  });
  if (faults.length === 0) return;
  const last = header.postgres.migrations.at(-1)?.name ?? '';
  throw new TargetRefused('The archive has migrations that this version does not.', faults.join('\n'), [
    `check out a version whose last migration is ${last}, or a newer one, and restore with that`,
  ]);
}

function refuseAhead(url: string, surplus: readonly string[]): never {
  throw new TargetRefused(
    'PostgreSQL is migrated further than the archive.',
    `${addressOf(url)} has ${surplus.join(', ')}`,
    [
      `npm run db:rollback -- --steps ${surplus.length}, with the version that has these migrations`,
      'or give it an empty database',
      'or add --force, which deletes everything in both stores first',
    ],
  );
}

function refuseOccupied(occupied: string): never {
  throw new TargetRefused('The target is not empty.', occupied, [
    'give it empty stores',
    'or add --force, which deletes everything in both stores first',
  ]);
}

/** Examines both stores without changing anything. Throws `TargetRefused`, `PostgresNotUsable`. */
export async function planRestore(
  config: Config,
  db: Database,
  header: ArchiveHeader,
  { force, folder }: PlanOptions,
): Promise<RestorePlan> {
  const { url } = config.postgres;
  await assertKnown(header, folder);
  const [sessions, table] = await withConnection(
    url,
    async (sql) => [await sessionsOfService(sql), await firstTableWithRows(sql)] as const,
  );
  if (sessions.length > 0) {
    throw new TargetRefused(
      'The service is running on the target.',
      `its connections to PostgreSQL: backend ${sessions.join(', ')}`,
      ['stop every process of the service, and restore then'],
    );
  }
  const { applied } = await migrationState(url, folder === undefined ? {} : { folder });
  const known = new Map(header.postgres.migrations.map(({ name, hash }) => [name, hash]));
  const surplus = applied.filter(({ name, hash }) => known.get(name) !== hash).map(({ name }) => name);
  const collection = await firstCollectionWithDocuments(db);
  const rows = table === null ? null : `${table} in ${addressOf(url)} has rows`;
  const documents =
    collection === null ? null : `${collection} in ${addressOf(config.mongo.uri)} has documents`;
  const occupied = rows ?? documents;
  if (!force && surplus.length > 0) refuseAhead(url, surplus);
  if (!force && occupied !== null) refuseOccupied(occupied);
  return { occupied, isAhead: surplus.length > 0 };
}

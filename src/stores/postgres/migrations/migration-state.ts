import type { Sql } from 'postgres';

import { type AppliedMigration, readApplied } from './applied-migrations.js';
import { withConnection } from './migration-connection.js';
import { type Migration, readMigrations } from './migration-files.js';
import { MigrationError, type MigrationFault, MigrationsDisagree } from './migration.errors.js';

/** Both lists are in the order of their numbers. Without faults and pending migrations the database is current. */
export interface MigrationState {
  applied: readonly AppliedMigration[];
  pending: readonly Migration[];
  faults: readonly MigrationFault[];
}

export interface FolderOption {
  /** Default: the package's `drizzle/`. A test may name another folder. */
  folder?: string;
}

const numberOf = (name: string): number => Number(name.slice(0, 4));

function faultsOf(
  onDisk: readonly Migration[],
  applied: readonly AppliedMigration[],
  pending: readonly Migration[],
) {
  const files = new Map(onDisk.map((migration) => [migration.name, migration]));
  const faults: MigrationFault[] = [];
  for (const { name, hash } of applied) {
    const file = files.get(name);
    if (!file) {
      faults.push({
        kind: 'missing',
        migration: name,
        message: `${name} was applied, but drizzle/${name}.sql is not there`,
        remedy: 'check out the version that has the missing file; it may be newer than this one',
      });
    } else if (file.hash !== hash) {
      faults.push({
        kind: 'edited',
        migration: name,
        message: `drizzle/${name}.sql was edited after it was applied`,
        remedy:
          'put the edited file back as it was (git checkout) and make a new migration: npm run db:generate',
      });
    }
  }
  const newest = applied.at(-1);
  for (const { name, number } of newest ? pending : []) {
    if (newest && number <= numberOf(newest.name)) {
      faults.push({
        kind: 'out_of_order',
        migration: name,
        message: `${name} is new, but ${newest.name} was applied before it`,
        remedy: `generate it anew, so that it gets the next number; or undo the later ones first: npm run db:rollback`,
      });
    }
  }
  return faults;
}

/** Compares the files with the applied migrations. */
export function compareMigrations(
  onDisk: readonly Migration[],
  applied: readonly AppliedMigration[],
): MigrationState {
  const names = new Set(applied.map(({ name }) => name));
  const pending = onDisk.filter(({ name }) => !names.has(name));
  return { applied, pending, faults: faultsOf(onDisk, applied, pending) };
}

/** The applied and pending migrations, and where files and database disagree. Opening a separate client is cheap. */
export async function migrationState(
  target: string | Sql,
  { folder }: FolderOption = {},
): Promise<MigrationState> {
  const onDisk = await readMigrations(folder);
  const applied =
    typeof target === 'string' ? await withConnection(target, readApplied) : await readApplied(target);
  return compareMigrations(onDisk, applied);
}

/** The names of the migrations that `migrateUp` would apply. Throws `MigrationsDisagree`. */
export async function pendingMigrations(target: string | Sql, options: FolderOption = {}): Promise<string[]> {
  const { pending, faults } = await migrationState(target, options);
  if (faults.length > 0) throw new MigrationsDisagree(faults);
  return pending.map(({ name }) => name);
}

/** The pending migrations up to `to`, or all without it. Throws `MigrationError` for an unknown name. */
export function selectUpTo(state: MigrationState, to: string | undefined): readonly Migration[] {
  if (to === undefined) return state.pending;
  const wanted = to.replace(/\.sql$/, '');
  const isWanted = ({ name }: { name: string }) => name === wanted || name.slice(0, 4) === wanted;
  if (state.applied.some(isWanted)) return [];
  const index = state.pending.findIndex(isWanted);
  if (index >= 0) return state.pending.slice(0, index + 1);
  const known = [...state.applied, ...state.pending].map(({ name }) => name);
  throw new MigrationError(`There is no migration "${to}".`, `known: ${known.join(', ') || 'none'}`, [
    'name one of these',
  ]);
}

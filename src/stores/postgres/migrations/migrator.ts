import postgres, { type Sql, type TransactionSql } from 'postgres';

import { type AppliedMigration, createMigrationsTable, readApplied } from './applied-migrations.js';
import { withConnection } from './migration-connection.js';
import { type Migration, readMigrations } from './migration-files.js';
import { assertMayMigrate } from './migration-rights.js';
import { assertLocked, type LockOptions, withMigrationLock } from './migration-lock.js';
import { compareMigrations, type FolderOption, selectUpTo } from './migration-state.js';
import { MigrationError, MigrationFailed, MigrationsDisagree } from './migration.errors.js';

export interface MigrateOptions extends FolderOption, LockOptions {
  /** The last migration to apply: its name or its number. Default: all. */
  to?: string;
  onApplied?: (migration: AppliedMigration) => void;
}

export interface RollbackOptions extends FolderOption, LockOptions {
  onUndone?: (migration: UndoneMigration) => void;
}

export interface UndoneMigration {
  name: string;
  durationMs: number;
}

/**
 * Applies the pending migrations, each in a transaction of its own unless its file opts out, and returns what it applied. If several processes
 * call it at once, one applies them and the others find nothing left. Throws `MigrationsDisagree`, `MigrationFailed`,
 * `MigrationLocked`, `PostgresNotUsable`.
 */
export function migrateUp(url: string, options: MigrateOptions = {}): Promise<AppliedMigration[]> {
  return withConnection(url, async (sql) => {
    const onDisk = await readMigrations(options.folder);
    return withMigrationLock(sql, options, async () => {
      const state = compareMigrations(onDisk, await readApplied(sql));
      if (state.faults.length > 0) throw new MigrationsDisagree(state.faults);
      if (state.pending.length > 0) await assertMayMigrate(sql);
      await createMigrationsTable(sql);
      const applied: AppliedMigration[] = [];
      for (const migration of selectUpTo(state, options.to)) {
        const result = await apply(sql, migration);
        applied.push(result);
        options.onApplied?.(result);
      }
      return applied;
    });
  });
}

/**
 * Undoes the last `steps` migrations, newest first, each in a transaction of its own, and returns what it undid. If a
 * down file is missing, throws `MigrationError` before it changes anything. Otherwise throws like `migrateUp`.
 */
export function rollback(
  url: string,
  steps: number,
  options: RollbackOptions = {},
): Promise<UndoneMigration[]> {
  return withConnection(url, async (sql) => {
    const onDisk = await readMigrations(options.folder);
    return withMigrationLock(sql, options, async () => {
      // Not slice(-steps), because slice(-0) takes all of them.
      const newest = (await readApplied(sql)).reverse().slice(0, Math.max(0, steps));
      const undone: UndoneMigration[] = [];
      for (const step of newest.map(({ name }) => downOf(name, onDisk))) {
        const result = await undo(sql, step);
        undone.push(result);
        options.onUndone?.(result);
      }
      return undone;
    });
  });
}

interface DownStep {
  name: string;
  isTransaction: boolean;
  down: readonly string[];
}

function downOf(name: string, onDisk: readonly Migration[]): DownStep {
  const { down, isTransaction = true } = onDisk.find((migration) => migration.name === name) ?? {};
  if (down) return { name, down, isTransaction };
  throw new MigrationError(`Migration ${name} cannot be undone.`, `drizzle/${name}.down.sql is not there`, [
    'check out the version that has the file, or write it',
  ]);
}

/** One transaction, or each statement by itself: then what comes last records that all of them are done. */
const together = <T>(
  sql: Sql,
  isTransaction: boolean,
  work: (tx: Statements) => Promise<T>,
): Promise<unknown> => (isTransaction ? sql.begin(work) : work(sql));

type Statements = Sql | TransactionSql;

async function apply(
  sql: Sql,
  { name, number, hash, up, isTransaction }: Migration,
): Promise<AppliedMigration> {
  const startedAt = performance.now();
  let durationMs = 0;
  await together(sql, isTransaction, async (tx) => {
    await assertLocked(tx);
    await execute(tx, name, 'up', up);
    durationMs = Math.round(performance.now() - startedAt);
    await tx`
      insert into triptych_migrations.applied (number, name, hash, duration_ms)
      values (${number}, ${name}, ${hash}, ${durationMs})`;
  });
  return { name, hash, appliedAt: new Date(), durationMs };
}

async function undo(sql: Sql, { name, down, isTransaction }: DownStep): Promise<UndoneMigration> {
  const startedAt = performance.now();
  await together(sql, isTransaction, async (tx) => {
    await assertLocked(tx);
    await execute(tx, name, 'down', down);
    await tx`delete from triptych_migrations.applied where name = ${name}`;
  });
  return { name, durationMs: Math.round(performance.now() - startedAt) };
}

async function execute(
  tx: Statements,
  name: string,
  direction: 'up' | 'down',
  statements: readonly string[],
) {
  for (const [index, statement] of statements.entries()) {
    try {
      await tx.unsafe(statement);
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      const place = `statement ${index + 1} of ${statements.length}`;
      throw new MigrationFailed(
        name,
        direction,
        `${place}: ${excerpt(statement, error)}\n${reason(error)}`,
        error,
      );
    }
  }
}

/** The line of the statement that PostgreSQL's error points at, or else its first line. */
function excerpt(statement: string, { position }: postgres.PostgresError): string {
  const before = position ? statement.slice(0, Number(position) - 1).split('\n').length - 1 : 0;
  const line = statement.split('\n')[before]?.trim() ?? '';
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

const reason = ({ code, message, detail, hint }: postgres.PostgresError): string =>
  [`PostgreSQL: ${message} (SQLSTATE ${code})`, detail, hint && `hint: ${hint}`].filter(Boolean).join('\n');

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { MigrationFilesInvalid } from './migration.errors.js';

/** One migration on disk. */
export interface Migration {
  /** `0003_add_plans`: the file name without `.sql`. */
  name: string;
  number: number;
  /** SHA-256 (hex) of the up file, which does not depend on the line endings of the checkout. */
  hash: string;
  up: readonly string[];
  /** Whether all statements of a file are one transaction. Otherwise each is repeatable: `create index concurrently if not exists`. */
  isTransaction: boolean;
  /** Null if there is no down file. */
  down: readonly string[] | null;
}

/** The package's own `drizzle/`, found from `dist` as well as from `src`. */
export const migrationsFolder = fileURLToPath(new URL('../../../../drizzle/', import.meta.url));

const FILE = /^(\d{4})_[a-z0-9_]+?(\.down)?\.sql$/;
const BREAKPOINT = '--> statement-breakpoint';
const TRANSACTION_CONTROL = /^(begin|commit|end|rollback|start\s+transaction|savepoint)\b/i;

/** The first line of an up file whose statements, up and down, PostgreSQL refuses within a transaction. */
const NO_TRANSACTION = '-- without a transaction';

const withoutComments = (sql: string): string =>
  sql
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*--.*$/gm, '')
    .trim();

/** The statements of a file, as drizzle-kit separates them. */
export const statementsOf = (sql: string): string[] =>
  sql
    .split(BREAKPOINT)
    .map((statement) => statement.trim())
    .filter((statement) => withoutComments(statement) !== '');

const readText = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');

async function readMigration(folder: string, name: string, hasDown: boolean): Promise<Migration> {
  const up = await readText(path.join(folder, `${name}.sql`));
  const down = hasDown ? await readText(path.join(folder, `${name}.down.sql`)) : null;
  return {
    name,
    number: Number(name.slice(0, 4)),
    hash: createHash('sha256').update(up).digest('hex'),
    up: statementsOf(up),
    isTransaction: !up.startsWith(NO_TRANSACTION),
    down: down === null ? null : statementsOf(down),
  };
}

function faultsOfNames(files: readonly string[]): string[] {
  const ups = files.filter((file) => FILE.test(file) && !file.endsWith('.down.sql'));
  const faults = files
    .filter((file) => !FILE.test(file))
    .map((file) => `${file} is not named like a migration`);
  for (const file of files.filter((candidate) => FILE.test(candidate) && candidate.endsWith('.down.sql'))) {
    if (!ups.includes(file.replace('.down.sql', '.sql'))) faults.push(`${file} has no up file beside it`);
  }
  for (const [index, file] of ups.entries()) {
    const previous = ups[index - 1];
    if (previous?.slice(0, 4) === file.slice(0, 4))
      faults.push(`${previous} and ${file} have the same number`);
  }
  return faults;
}

function faultsOfContents(migrations: readonly Migration[]): string[] {
  return migrations.flatMap(({ name, up, down }) => {
    const control = [...up, ...(down ?? [])].find((statement) =>
      TRANSACTION_CONTROL.test(withoutComments(statement)),
    );
    const faults =
      control === undefined
        ? []
        : [`${name} holds ${control.split('\n', 1)[0]}: a migration is one transaction already`];
    return up.length === 0 ? [...faults, `${name}.sql has no statement`] : faults;
  });
}

/** All migrations of a folder, by number. Throws one `MigrationFilesInvalid` that lists every fault. */
export async function readMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const faults = faultsOfNames(files);
  if (faults.length > 0) throw new MigrationFilesInvalid(folder, faults);
  const names = files
    .filter((file) => !file.endsWith('.down.sql'))
    .map((file) => file.slice(0, -'.sql'.length));
  const migrations = await Promise.all(
    names.map((name) => readMigration(folder, name, files.includes(`${name}.down.sql`))),
  );
  const faultyContents = faultsOfContents(migrations);
  if (faultyContents.length > 0) throw new MigrationFilesInvalid(folder, faultyContents);
  return migrations;
}

import { statementsOf } from '../../stores/postgres/migrations/index.js';

// Names in the form in which drizzle-kit writes them: "name" or "schema"."name".
const PART = String.raw`("[^"]+")`;
const NAME = String.raw`("[^"]+"(?:\."[^"]+")?)`;
const TABLE = String.raw`ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${NAME}`;
const INDEX = 'CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?';
const IF_NOT_EXISTS = '(?:IF NOT EXISTS )?';

/** The beginning of a statement → the statement that undoes it. */
const INVERSIONS: readonly (readonly [RegExp, string])[] = (
  [
    [`CREATE TABLE ${IF_NOT_EXISTS}${NAME}`, 'DROP TABLE $1;'],
    [`CREATE TYPE ${NAME}`, 'DROP TYPE $1;'],
    [`CREATE SCHEMA ${IF_NOT_EXISTS}${NAME}`, 'DROP SCHEMA $1;'],
    [`CREATE SEQUENCE ${IF_NOT_EXISTS}${NAME}`, 'DROP SEQUENCE $1;'],
    // The extension may have existed before, and others may use it.
    [`CREATE EXTENSION ${IF_NOT_EXISTS}${PART}`, '-- the extension $1 is kept'],
    [`CREATE VIEW ${NAME}`, 'DROP VIEW $1;'],
    [`CREATE MATERIALIZED VIEW ${NAME}`, 'DROP MATERIALIZED VIEW $1;'],
    // An index belongs to the schema of its table.
    [`${INDEX}${PART} ON ${PART}\\.${PART}`, 'DROP INDEX $2.$1;'],
    [`${INDEX}${PART} ON ${PART}`, 'DROP INDEX $1;'],
    [`CREATE POLICY ${PART} ON ${NAME}`, 'DROP POLICY $1 ON $2;'],
    [`${TABLE} ADD COLUMN ${IF_NOT_EXISTS}${PART}`, 'ALTER TABLE $1 DROP COLUMN $2;'],
    [`${TABLE} ADD CONSTRAINT ${PART}`, 'ALTER TABLE $1 DROP CONSTRAINT $2;'],
    [`${TABLE} RENAME COLUMN ${PART} TO ${PART}`, 'ALTER TABLE $1 RENAME COLUMN $3 TO $2;'],
    [`${TABLE} RENAME CONSTRAINT ${PART} TO ${PART}`, 'ALTER TABLE $1 RENAME CONSTRAINT $3 TO $2;'],
    [`ALTER TABLE (${PART}\\.)?${PART} RENAME TO ${PART}`, 'ALTER TABLE $1$4 RENAME TO $3;'],
    [`${TABLE} ALTER COLUMN ${PART} SET NOT NULL`, 'ALTER TABLE $1 ALTER COLUMN $2 DROP NOT NULL;'],
    [`${TABLE} ALTER COLUMN ${PART} DROP NOT NULL`, 'ALTER TABLE $1 ALTER COLUMN $2 SET NOT NULL;'],
    [`${TABLE} ENABLE ROW LEVEL SECURITY`, 'ALTER TABLE $1 DISABLE ROW LEVEL SECURITY;'],
    [`${TABLE} DISABLE ROW LEVEL SECURITY`, 'ALTER TABLE $1 ENABLE ROW LEVEL SECURITY;'],
  ] as const
).map(([beginning, inverse]) => [new RegExp(`^${beginning}`, 'i'), inverse]);

/**
 * The statement that undoes one of drizzle-kit's statements. Null if the statement does not contain what it destroys
 * or overwrites.
 */
export function invertStatement(statement: string): string | null {
  const text = statement.trim();
  for (const [pattern, inverse] of INVERSIONS) {
    const [beginning] = pattern.exec(text) ?? [];
    if (beginning !== undefined) return beginning.replace(pattern, inverse);
  }
  return null;
}

export interface DownMigration {
  sql: string;
  /** The first lines of the statements that have to be undone by hand. */
  irreversible: readonly string[];
}

const firstLine = (statement: string): string => statement.split('\n', 1)[0]?.trim() ?? '';

function refusal(name: string, irreversible: readonly string[]): string {
  const list = irreversible.map((line) => `--   ${line}`).join('\n');
  return [
    `-- Not undone, because the statement alone does not say how it was before:\n${list}`,
    '-- Write what undoes it in its place below, then delete this refusal.',
    `DO $$ BEGIN\n  RAISE EXCEPTION 'irreversible: ${name} has no complete down migration';\nEND $$;`,
  ].join('\n');
}

/**
 * The down file of an up file: the inverse statements in the reverse order. If one has no inverse, the file begins
 * with a refusal, so that nothing is undone in part.
 */
export function downMigration(name: string, up: string): DownMigration {
  const statements = statementsOf(up);
  const inverted = statements
    .map((statement) => ({ statement, inverse: invertStatement(statement) }))
    .reverse();
  const irreversible = inverted
    .filter(({ inverse }) => inverse === null)
    .map(({ statement }) => firstLine(statement));
  const undo = inverted.map(({ statement, inverse }) => inverse ?? `-- undo here: ${firstLine(statement)}`);
  const isRefused = irreversible.length > 0 || statements.length === 0;
  const parts = [...(isRefused ? [refusal(name, irreversible)] : []), ...undo];
  return { sql: `-- Undoes ${name}.sql\n${parts.join('\n--> statement-breakpoint\n')}\n`, irreversible };
}

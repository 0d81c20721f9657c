import { withConnection } from '../../stores/postgres/migrations/index.js';

/** Operator classes and types that drizzle-kit uses without creating the extension that provides them. */
const BROUGHT_BY: readonly (readonly [RegExp, string])[] = [
  [/\bg(?:in|ist)_trgm_ops\b/, 'pg_trgm'],
  [/\bcitext\b/, 'citext'],
];

const statement = (extension: string): string => `CREATE EXTENSION IF NOT EXISTS "${extension}";`;

/** The statements that `sql` needs before it to create its extensions. Empty if `earlier` creates them. */
export const missingExtensions = (sql: string, earlier: readonly string[]): string[] =>
  BROUGHT_BY.filter(([use]) => use.test(sql))
    .map(([, extension]) => statement(extension))
    .filter((needed) => !earlier.some((text) => text.includes(needed)));

/** Runs the `CREATE EXTENSION` statements among `statements`, because drizzle-kit push does not support extensions. */
export const createExtensions = (url: string, statements: readonly string[]): Promise<void> =>
  withConnection(url, async (sql) => {
    for (const text of statements.filter((candidate) => /^create extension if not exists/i.test(candidate))) {
      await sql.unsafe(text);
    }
  });

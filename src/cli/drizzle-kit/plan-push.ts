import type { Env } from '../../config/aliases.js';
import { primaryKeys } from '../../stores/postgres/migrations/index.js';
import { CommandFailed } from '../terminal/explained.js';
import { drizzleCredentials } from './drizzle-credentials.js';
import { runDrizzleKit } from './run-drizzle-kit.js';

/** The effect of a push. */
export interface PushPlan {
  /** The SQL of the push. Empty: the tables are as declared. */
  sql: string;
  /** What would be lost with it, in drizzle-kit's words. */
  losses: readonly string[];
}

const STATEMENTS = 'You are about to execute current statements:';
const LOSSES = /\n[^\n]*Found data-loss statements:\n([\s\S]*?)\nTHIS ACTION/;
const REMADE_KEY =
  /ALTER TABLE ("[^"]+") DROP CONSTRAINT ("[^"]+");\s*--> statement-breakpoint\s*ALTER TABLE \1 ADD CONSTRAINT \2 PRIMARY KEY\(([^)]*)\);\n?/g;

/**
 * drizzle-kit 0.31 reads the columns of a composite key in no order, and then plans to create the key anew. Removes
 * the statements that recreate an unchanged key.
 */
export function withoutRemadeKeys(sql: string, keys: ReadonlyMap<string, readonly string[]>): string {
  return sql
    .replace(REMADE_KEY, (pair: string, _table: string, name: string, columns: string) => {
      const wanted = columns.split(',').map((column) => column.trim().slice(1, -1));
      return keys.get(name.slice(1, -1))?.join() === wanted.join() ? '' : pair;
    })
    .trim();
}

/** Parses what drizzle-kit printed before it asked for confirmation. Null: it did not get so far. */
export function readPlan(printed: string): PushPlan | null {
  if (printed.includes('No changes detected')) return { sql: '', losses: [] };
  const begin = printed.indexOf(STATEMENTS);
  if (begin === -1) return null;
  const rest = printed.slice(begin + STATEMENTS.length);
  const losses = LOSSES.exec(rest);
  const sql = losses ? rest.slice(0, losses.index) : rest;
  const lines = losses?.[1]?.split('\n').map((line) => line.replace(/^·/, '').trim()) ?? [];
  return { sql: sql.trim(), losses: lines.filter((line) => line !== '') };
}

/**
 * Asks drizzle-kit for its plan without executing it. With `--strict` it asks for confirmation first, which it cannot
 * do here.
 */
export async function planPush(url: string, env: Env): Promise<PushPlan> {
  const { stdout, complaint } = await runDrizzleKit(
    ['push', '--verbose', '--strict'],
    { ...env, ...drizzleCredentials(url), NO_COLOR: '1', FORCE_COLOR: '0' },
    'silent',
  );
  const plan = readPlan(stdout);
  if (!plan || (complaint !== null && !complaint.includes('Interactive prompts'))) {
    throw new CommandFailed('drizzle-kit cannot tell what to change.', complaint ?? stdout.trim(), [
      'a renamed table or column takes a migration: npm run db:generate, on a terminal',
    ]);
  }
  return { ...plan, sql: withoutRemadeKeys(plan.sql, await primaryKeys(url)) };
}

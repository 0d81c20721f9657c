import { isTable } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

import { exportsOf, sourceFiles } from './source-files.js';

/** Every table of the service. */
export async function allTables(): Promise<PgTable[]> {
  const files = sourceFiles('src/**/*.table.ts');
  const all = (await Promise.all(files.map(exportsOf))).flatMap((exported) => Object.values(exported));
  return all.filter((value): value is PgTable => isTable(value));
}

export const nameOf = (column: object): string => ('name' in column ? String(column.name) : 'an expression');

/** The primary key and the unique constraints of a table, by their columns. */
export function keysOf(table: PgTable): string[][] {
  const { columns, primaryKeys, uniqueConstraints } = getTableConfig(table);
  return [
    ...columns.filter((column) => column.primary || column.isUnique).map((column) => [column.name]),
    ...[...primaryKeys, ...uniqueConstraints].map((key) => key.columns.map(nameOf)),
  ];
}

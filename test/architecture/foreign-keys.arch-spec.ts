import { expect, it } from 'vitest';
import { isTable } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

import { exportsOf, sourceFiles } from './source-files.js';

const nameOf = (column: object): string => ('name' in column ? String(column.name) : 'an expression');

/** The columns of every index of a table, those of its keys included. Partial indexes do not serve a deletion. */
function indexesOf(table: PgTable): string[][] {
  const { columns, primaryKeys, uniqueConstraints, indexes } = getTableConfig(table);
  return [
    ...columns.filter((column) => column.primary || column.isUnique).map((column) => [column.name]),
    ...[...primaryKeys, ...uniqueConstraints].map((key) => key.columns.map(nameOf)),
    ...indexes.filter(({ config }) => !config.where).map(({ config }) => config.columns.map(nameOf)),
  ];
}

it('every foreign key has an index that begins with its columns, so that deleting a parent reads no table', async () => {
  const files = sourceFiles('src/**/*.table.ts');
  const all = (await Promise.all(files.map(exportsOf))).flatMap((exported) => Object.values(exported));
  const tables = new Set(all.filter((value): value is PgTable => isTable(value)));
  const lacking = [...tables].flatMap((table) =>
    getTableConfig(table).foreignKeys.flatMap((key) => {
      const columns = key.reference().columns.map(nameOf);
      const isServed = indexesOf(table).some((index) =>
        columns.every((column) => index.slice(0, columns.length).includes(column)),
      );
      return isServed ? [] : [`${getTableConfig(table).name}(${columns.join(', ')})`];
    }),
  );
  expect(lacking).toEqual([]);
});

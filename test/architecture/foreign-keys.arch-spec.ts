import { expect, it } from 'vitest';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

import { allTables, keysOf, nameOf } from './tables.js';

/** The columns of every index of a table, those of its keys included. Partial indexes do not serve a deletion. */
const indexesOf = (table: PgTable): string[][] => [
  ...keysOf(table),
  ...getTableConfig(table)
    .indexes.filter(({ config }) => !config.where)
    .map(({ config }) => config.columns.map(nameOf)),
];

it('every foreign key has an index that begins with its columns, so that deleting a parent reads no table', async () => {
  const lacking = (await allTables()).flatMap((table) =>
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

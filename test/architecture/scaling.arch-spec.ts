import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, it } from 'vitest';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

import { allTables, keysOf, nameOf } from './tables.js';

type Kind = 'distributed' | 'reference' | 'local';

interface Documented {
  kind: Kind;
  /** Keys that get `organization_id` before the table is distributed, as texts of columns. */
  widened: string[];
}

const OWNER = 'organization_id';
const ROW = /^\| `(\w+)` +\| (distributed|reference|local) +\| ([^|]*)\|$/gm;

/** The table under "Citus" in docs/scaling.md. */
function documented(): Map<string, Documented> {
  const section = readFileSync('docs/scaling.md', 'utf8').split('### Citus\n')[1]?.split('\n### ')[0] ?? '';
  return new Map(
    [...section.matchAll(ROW)].map(([, name = '', kind = '', keys = '']) => [
      name,
      { kind: kind as Kind, widened: [...keys.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key) },
    ]),
  );
}

/** Every key of a table that no two rows may share. */
const uniqueKeysOf = (table: PgTable): string[][] => [
  ...keysOf(table),
  ...getTableConfig(table)
    .indexes.filter(({ config }) => config.unique)
    .map(({ config }) => config.columns.map(nameOf)),
];

describe('what docs/scaling.md says of Citus', () => {
  const rows = documented();
  let tables: PgTable[];
  beforeAll(async () => {
    tables = await allTables();
  });
  const kindOf = (table: PgTable): Kind | undefined => rows.get(getTableConfig(table).name)?.kind;
  const distributed = (): PgTable[] => tables.filter((table) => kindOf(table) === 'distributed');

  it('names every table, and no other', () => {
    expect([...rows.keys()].toSorted()).toEqual(tables.map((table) => getTableConfig(table).name).toSorted());
  });

  it('has every unique key of a distributed table that does not hold the organisation yet', () => {
    const lacking = distributed().map((table) => ({
      table: getTableConfig(table).name,
      keys: uniqueKeysOf(table)
        .filter((key) => !key.includes(OWNER))
        .map((key) => key.join(','))
        .toSorted(),
    }));
    const said = distributed().map((table) => {
      const { name } = getTableConfig(table);
      const keys = (rows.get(name)?.widened ?? []).filter((key) => !key.startsWith('+'));
      return { table: name, keys: keys.toSorted() };
    });
    expect(lacking).toEqual(said);
  });

  it('has every distributed table that lacks the organisation itself', () => {
    const without = distributed().filter(
      (table) => !getTableConfig(table).columns.some(({ name, notNull }) => name === OWNER && notNull),
    );
    const said = [...rows].filter(([, { widened }]) => widened.includes(`+ ${OWNER}`));
    expect(without.map((table) => getTableConfig(table).name).toSorted()).toEqual(
      said.map(([name]) => name).toSorted(),
    );
  });

  it('joins a distributed table with another one, or with a reference table; the others with those alone', () => {
    const offences = tables.flatMap((table) => {
      const { name, foreignKeys } = getTableConfig(table);
      return foreignKeys
        .map((key) => key.reference().foreignTable)
        .filter((target) => {
          const to = kindOf(target);
          return to !== 'reference' && !(kindOf(table) === 'distributed' && to === 'distributed');
        })
        .map((target) => `${name} → ${getTableConfig(target).name}`);
    });
    expect(offences).toEqual([]);
  });
});

import type { Db, Tx } from './postgres.js';

interface Compiled<Row> {
  execute: (values: Record<string, unknown>) => Promise<Row>;
}

/**
 * A query whose text is built once and not for each call, for reads that many requests make. Building it takes Drizzle
 * longer than the query takes PostgreSQL. `build` names its values with `sql.placeholder()` and ends with
 * `.prepare()`. Inside a transaction it is built anew.
 */
export function compiled<Values extends Record<string, unknown>, Row>(
  build: (db: Db | Tx) => Compiled<Row>,
): (db: Db | Tx, values: Values) => Promise<Row> {
  const made = new WeakMap<Db | Tx, Compiled<Row>>();
  return (db, values) => {
    let query = made.get(db);
    if (!query) made.set(db, (query = build(db)));
    return query.execute(values);
  };
}

import type { Sql } from 'postgres';

/**
 * A statement with more parameters has no fixed length: it contains a list, which makes its text different each time.
 */
const MAX_PARAMETERS = 40;

/**
 * The same client with an `unsafe` that prepares. Drizzle sends every statement through `unsafe`, most of them
 * unprepared. That costs a second round trip, which asks the server for the types of the parameters. A statement with
 * more than a few parameters stays unprepared, because a connection keeps each text that it has prepared.
 */
export function withPreparedStatements(client: Sql): Sql {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'unsafe') return preparing(target);
      if (name === 'begin' || name === 'savepoint') return passingOn(target, name);
      return Reflect.get(target, name, target) as unknown;
    },
  });
}

const preparing =
  (client: Sql): Sql['unsafe'] =>
  (text, parameters, options) =>
    client.unsafe(text, parameters, { ...options, prepare: (parameters?.length ?? 0) <= MAX_PARAMETERS });

/** The client of a transaction prepares too. */
const passingOn =
  (client: Sql, name: 'begin' | 'savepoint') =>
  (...given: unknown[]): unknown => {
    const begin = Reflect.get(client, name, client) as (...args: unknown[]) => unknown;
    return begin(...given.map((argument) => (isWork(argument) ? withinPrepared(argument) : argument)));
  };

type Work = (transaction: Sql) => unknown;

const isWork = (argument: unknown): argument is Work => typeof argument === 'function';

const withinPrepared =
  (work: Work): Work =>
  (transaction) =>
    work(withPreparedStatements(transaction));

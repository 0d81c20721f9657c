import type { Sql } from 'postgres';

/** More parameters than a statement of fixed length has: a list in it makes it another text each time. */
const MAX_PARAMETERS = 40;

/**
 * The same client, whose `unsafe` prepares. Drizzle sends every statement through it, most of them unprepared, which costs a
 * second round trip, in which the server is asked for the types of the parameters. What has more than a few parameters
 * stays unprepared: a connection keeps each text that it has prepared.
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

/** A transaction's client prepares, too. */
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

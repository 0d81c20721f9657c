import { isDeepStrictEqual } from 'node:util';

import { countersOf } from '../servers/contestants.js';
import type { Exchange } from '../servers/exchange.js';
import type { ServerProcess } from '../servers/server-process.js';
import { type Audit, WrongAnswer } from './case.js';

/** What an answer has to be. */
export interface Expected {
  status: number;
  /** The parsed JSON; undefined: no body at all. */
  body: unknown;
  /** Of the `cache-status` header. */
  cacheStatus?: RegExp;
}

/** Throws `WrongAnswer`, which says what came instead. */
export function verify(server: ServerProcess, answer: Exchange, expected: Expected): void {
  const shown = `${answer.status} ${answer.text.slice(0, 300)}`;
  if (answer.status !== expected.status)
    throw new WrongAnswer(`${server.name} answered ${shown} instead of ${expected.status}`);
  const body: unknown = answer.text === '' ? undefined : JSON.parse(answer.text);
  if (!isDeepStrictEqual(body, expected.body))
    throw new WrongAnswer(`${server.name} answered ${shown} instead of ${JSON.stringify(expected.body)}`);
  const status = String(answer.headers['cache-status']);
  if (expected.cacheStatus && !expected.cacheStatus.test(status))
    throw new WrongAnswer(`${server.name} answered with Cache-Status: ${status}`);
}

/** The parsed JSON of an answer of this status. Throws `WrongAnswer`. */
export function jsonOf(server: ServerProcess, answer: Exchange, status: number): unknown {
  if (answer.status !== status)
    throw new WrongAnswer(
      `${server.name} answered ${answer.status} ${answer.text.slice(0, 300)} instead of ${status}`,
    );
  return JSON.parse(answer.text);
}

/** Watches counters of our server; `judge` gets how much each has grown. */
export function watchCounters(
  server: ServerProcess,
  judge: (grownBy: (name: string) => number, requests: number) => string | null,
): () => Promise<Audit> {
  return async () => {
    const before = await countersOf(server);
    return async (requests) => {
      const after = await countersOf(server);
      return judge((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0), requests);
    };
  };
}

/** The counter of a route's reads that were answered in this way. */
export const readsOf = (route: string, outcome: string): string =>
  `triptych_cache_reads_total{route="${route}",outcome="${outcome}"}`;

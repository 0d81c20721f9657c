import type { Target } from '../load/load.js';
import { asBearer, firstToken, userPath } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import type { Prepared, ThroughputCase } from './case.js';
import { take } from './take.js';
import { readsOf, verify, watchCounters } from './verify.js';

const ROUTE = 'GET /users/:id';
/** More than any server here reaches. What is repeated after all shows in the counters, and fails the case. */
const MOST_PER_SECOND = 12_000;

/**
 * Every account once with every API key but the first. An answer is kept for one principal, and there are more
 * accounts than places, so none of these reads can be a hit: neither in memory nor in Redis.
 */
function* neverRepeated({ fixture }: World): Generator<Target, void> {
  for (const token of fixture.tokens.slice(1))
    for (const id of fixture.userIds) yield { path: userPath(id), token };
}

async function oursMissing(server: ServerProcess, world: World): Promise<Prepared> {
  const source = neverRepeated(world);
  // The second one is the account whose answer is known.
  const [, probe] = take(source, 2);
  if (probe?.token === undefined) throw new Error('The fixture has too few API keys');
  const answer = await server.ask(probe.path, { headers: asBearer(probe.token) });
  verify(server, answer, { status: 200, body: world.fixture.user, cacheStatus: /^triptych; fwd=miss/ });
  const watch = watchCounters(server, (grownBy) => {
    const outcomes = ['hit_memory', 'hit_redis', 'coalesced'];
    const hits = outcomes.reduce((sum, outcome) => sum + grownBy(readsOf(ROUTE, outcome)), 0);
    return hits === 0 ? null : `${hits} reads were answered without PostgreSQL`;
  });
  return {
    method: 'GET',
    headers: {},
    targets: (seconds) => take(source, seconds * MOST_PER_SECOND),
    answerBytes: answer.bytes,
    watch,
  };
}

async function bareRead(server: ServerProcess, { fixture }: World): Promise<Prepared> {
  const answer = await server.ask(userPath(fixture.userId));
  verify(server, answer, { status: 200, body: fixture.user });
  const targets = fixture.userIds.map((id) => ({ path: userPath(id) }));
  return { method: 'GET', headers: {}, targets: () => targets, answerBytes: answer.bytes };
}

export const uncached: ThroughputCase = {
  name: 'uncached',
  title: 'uncached primary-key GET (a miss)',
  floor: { requestsPerSecond: 7_000 },
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: oursMissing },
    { label: 'bare Fastify + postgres.js', contestant: 'bare Fastify', prepare: bareRead },
  ],
};

const organization =
  (headersOf: (world: World) => Record<string, string>) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const path = `/api/v1/organizations/${world.fixture.orgId}`;
    const headers = headersOf(world);
    const answer = await server.ask(path, { headers });
    verify(server, answer, { status: 200, body: world.fixture.organization });
    return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
  };

export const keyAuthenticated: ThroughputCase = {
  name: 'key-authenticated',
  title: 'key-authenticated GET, route without a cache',
  floor: { requestsPerSecond: 7_000 },
  contenders: [
    {
      label: 'triptych',
      contestant: 'triptych',
      prepare: organization((world) => asBearer(firstToken(world))),
    },
    {
      label: 'bare Fastify + postgres.js',
      contestant: 'bare Fastify',
      prepare: organization(() => ({})),
    },
  ],
};

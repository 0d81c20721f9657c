import { asBearer, firstToken, userPath } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Contender, type Prepared, type ThroughputCase, WrongAnswer } from './case.js';
import { jsonOf, readsOf, verify, watchCounters } from './verify.js';

const ROUTE = 'GET /users/:id';

/** The same request again and again. */
function constant(path: string, headers: Prepared['headers'], answerBytes: number): Prepared {
  return { method: 'GET', headers, targets: () => [{ path }], answerBytes };
}

/** Nearly all reads were hits: an entry may run out of its time while one looks. */
const areHits = (server: ServerProcess) =>
  watchCounters(server, (grownBy, requests) => {
    const hits = ['hit_memory', 'hit_redis'].reduce((sum, how) => sum + grownBy(readsOf(ROUTE, how)), 0);
    return hits >= requests * 0.999 ? null : `only ${hits} of ${requests} reads were hits`;
  });

async function oursCached(server: ServerProcess, world: World): Promise<Prepared> {
  const path = userPath(world.fixture.userId);
  const headers = asBearer(firstToken(world));
  const answer = await server.ask(path, { headers });
  verify(server, answer, { status: 200, body: world.fixture.user, cacheStatus: /^triptych; hit/ });
  return { ...constant(path, headers, answer.bytes), watch: areHits(server) };
}

const plain = (path: (world: World) => string) => async (server: ServerProcess, world: World) => {
  const answer = await server.ask(path(world));
  verify(server, answer, { status: 200, body: world.fixture.user });
  return constant(path(world), {}, answer.bytes);
};

const ofStock: Contender['prepare'] = plain(({ fixture }) => userPath(fixture.userId));

/** A peer that checks keys as we do: without one it must refuse. */
async function ofKeyed(server: ServerProcess, world: World): Promise<Prepared> {
  const path = userPath(world.fixture.userId);
  const headers = asBearer(firstToken(world));
  const refused = await server.ask(path);
  if (refused.status !== 401)
    throw new WrongAnswer(`${server.name} answered ${refused.status} without a key`);
  const answer = await server.ask(path, { headers });
  verify(server, answer, { status: 200, body: world.fixture.user });
  return constant(path, headers, answer.bytes);
}

export const cached: ThroughputCase = {
  name: 'cached',
  title: 'cached detail GET',
  floor: { requestsPerSecond: 12_000, p99Ms: 25 },
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: oursCached },
    {
      label: 'Nest + CacheInterceptor, key, log, metrics',
      contestant: 'Nest + CacheInterceptor, key, log, metrics',
      prepare: ofKeyed,
    },
    {
      label: 'Nest + CacheInterceptor, Fastify',
      contestant: 'Nest + CacheInterceptor, Fastify',
      prepare: ofStock,
    },
    {
      label: 'Nest + CacheInterceptor, Express',
      contestant: 'Nest + CacheInterceptor, Express',
      prepare: ofStock,
    },
    { label: 'bare Fastify, static JSON', contestant: 'bare Fastify', prepare: plain(() => '/static') },
  ],
};

/** Entries that the first tier holds while one of them is read. */
const HELD_ENTRIES = 5_000;

async function oursCachedAmongMany(server: ServerProcess, world: World): Promise<Prepared> {
  const headers = asBearer(firstToken(world));
  const ids = world.fixture.userIds.slice(0, HELD_ENTRIES).values();
  const fill = async (): Promise<void> => {
    for (const id of ids) jsonOf(server, await server.ask(userPath(id), { headers }), 200);
  };
  // They share the iterator.
  await Promise.all(Array.from({ length: 20 }, fill));
  return oursCached(server, world);
}

/** A fresh process holds a single entry, which hides what a full map costs. */
export const cachedAmongMany: ThroughputCase = {
  name: 'cached-among-many',
  title: 'cached detail GET, 5,000 entries held',
  floor: { requestsPerSecond: 12_000, p99Ms: 25 },
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: oursCachedAmongMany },
    { label: 'bare Fastify, static JSON', contestant: 'bare Fastify', prepare: plain(() => '/static') },
  ],
};

/** Asks with the entity tag that the server itself has given. */
async function conditional(
  server: ServerProcess,
  { fixture }: World,
  headers: Prepared['headers'],
): Promise<Prepared> {
  const path = userPath(fixture.userId);
  const first = await server.ask(path, { headers });
  verify(server, first, { status: 200, body: fixture.user });
  const asked = { ...headers, 'if-none-match': String(first.headers['etag']) };
  const answer = await server.ask(path, { headers: asked });
  verify(server, answer, { status: 304, body: undefined });
  return constant(path, asked, answer.bytes);
}

async function oursNotModified(server: ServerProcess, world: World): Promise<Prepared> {
  const watch = watchCounters(server, (grownBy, requests) => {
    const answered = grownBy('triptych_cache_not_modified_total{route="GET /users/:id"}');
    return answered >= requests ? null : `only ${answered} of ${requests} answers were 304`;
  });
  return { ...(await conditional(server, world, asBearer(firstToken(world)))), watch };
}

export const notModified: ThroughputCase = {
  name: 'not-modified',
  title: '304',
  floor: { requestsPerSecond: 20_000 },
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: oursNotModified },
    {
      label: 'Nest + CacheInterceptor, Express',
      contestant: 'Nest + CacheInterceptor, Express',
      prepare: (server, world) => conditional(server, world, {}),
    },
  ],
};

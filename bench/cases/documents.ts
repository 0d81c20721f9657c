import mongoose from 'mongoose';

import { newId } from '../../src/common/ids/ids.js';
import { DOCUMENTS_COLLECTION } from '../../src/modules/documents/document.js';
import type { Target } from '../load/load.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import type { Prepared, ThroughputCase } from './case.js';
import { take } from './take.js';
import { readsOf, verify, watchCounters } from './verify.js';

const ROUTE = 'GET /documents/:key';
/** More than the cache's first tier has places (20,000). */
const DOCUMENTS = 25_000;
const BATCH = 5_000;
const MOST_PER_SECOND = 12_000;
const AT = new Date('2026-01-01T00:00:00.000Z');
const DATA = { theme: 'dark', notifications: true, widgets: ['clock', 'weather', 'news'] };

const keyOf = (n: number): string => `bench/${String(n).padStart(6, '0')}`;
const pathOf = (n: number): string => `/api/v1/documents/${encodeURIComponent(keyOf(n))}`;

const shown = (n: number) => ({
  ...{ key: keyOf(n), data: DATA, version: 1, created_at: AT.toISOString(), updated_at: AT.toISOString() },
});

/** Past the API: only their reads are measured. */
async function fill({ stores, fixture }: World): Promise<void> {
  const connection = await mongoose.createConnection(stores.MONGODB_URI).asPromise();
  try {
    const documents = connection.collection<{ _id: string }>(DOCUMENTS_COLLECTION);
    if ((await documents.countDocuments({})) >= DOCUMENTS) return;
    for (let from = 0; from < DOCUMENTS; from += BATCH)
      await documents.insertMany(
        Array.from({ length: BATCH }, (_, n) => ({
          ...{ _id: newId(), organization_id: fixture.orgId, key: keyOf(from + n), data: DATA, version: 1 },
          ...{ deleted_at: null, created_at: AT, updated_at: AT },
        })),
      );
  } finally {
    await connection.close();
  }
}

async function hit(server: ServerProcess, world: World): Promise<Prepared> {
  await fill(world);
  const headers = asBearer(firstToken(world));
  await server.ask(pathOf(0), { headers });
  const answer = await server.ask(pathOf(0), { headers });
  verify(server, answer, { status: 200, body: shown(0), cacheStatus: /^triptych; hit/ });
  return { method: 'GET', headers, targets: () => [{ path: pathOf(0) }], answerBytes: answer.bytes };
}

/** Each document once with each API key but the first: none of these reads can be a hit. */
function* neverRepeated({ fixture }: World): Generator<Target, void> {
  for (const token of fixture.tokens.slice(1))
    for (let n = 1; n < DOCUMENTS; n += 1) yield { path: pathOf(n), token };
}

async function miss(server: ServerProcess, world: World): Promise<Prepared> {
  await fill(world);
  const source = neverRepeated(world);
  const [probe] = take(source, 1);
  const answer = await server.ask(pathOf(1), { headers: asBearer(probe?.token ?? '') });
  verify(server, answer, { status: 200, body: shown(1), cacheStatus: /^triptych; fwd=miss/ });
  const watch = watchCounters(server, (grownBy) => {
    const hits = ['hit_memory', 'hit_redis', 'coalesced'].map((outcome) => grownBy(readsOf(ROUTE, outcome)));
    const total = hits.reduce((sum, count) => sum + count, 0);
    return total === 0 ? null : `${total} reads were answered without MongoDB`;
  });
  return {
    ...{ method: 'GET', headers: {}, answerBytes: answer.bytes, watch },
    targets: (seconds) => take(source, seconds * MOST_PER_SECOND),
  };
}

async function bareFind(server: ServerProcess, world: World): Promise<Prepared> {
  await fill(world);
  const answer = await server.ask(pathOf(0));
  verify(server, answer, { status: 200, body: shown(0) });
  const targets = Array.from({ length: DOCUMENTS }, (_, n) => ({ path: pathOf(n) }));
  return { method: 'GET', headers: {}, targets: () => targets, answerBytes: answer.bytes };
}

const bare = { label: 'bare Fastify + findOne', contestant: 'bare Fastify', prepare: bareFind } as const;

export const documentHit: ThroughputCase = {
  name: 'document-read-hit',
  title: 'GET of a document, a hit',
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: hit }, bare],
};

export const documentMiss: ThroughputCase = {
  name: 'document-read-miss',
  title: 'GET of a document, a miss',
  floor: null,
  contenders: [{ label: 'triptych', contestant: 'triptych', prepare: miss }, bare],
};

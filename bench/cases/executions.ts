import { z } from 'zod';

import type { Target } from '../load/load.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import type { Prepared, ThroughputCase } from './case.js';
import { jsonOf } from './verify.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const MOST_PER_SECOND = 8_000;
/** An execution takes 64 MiB: so many are written to in turn. */
const EXECUTIONS = 50;
const DATA = 'Applying the next step of the migration, which takes a while.\n'.repeat(4);

const created = z.object({ id: z.uuid() });

async function writing(server: ServerProcess, world: World): Promise<Prepared> {
  const headers = { ...JSON_TYPE, ...asBearer(firstToken(world)) };
  const post = (path: string, body: object) =>
    server.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const ids: string[] = [];
  for (let n = 0; n < EXECUTIONS; n += 1) {
    const path = '/api/v1/executions';
    const { id } = created.parse(jsonOf(server, await post(path, { name: `bench ${n}` }), 201));
    jsonOf(
      server,
      await server.ask(`${path}/${id}`, { method: 'PATCH', headers, body: '{"state":"running"}' }),
      200,
    );
    ids.push(id);
  }
  // Sequence numbers of one width, so that all bodies and answers have the same size.
  let written = EXECUTIONS * 1_000_000;
  const next = (): Target => {
    const id = ids[written % EXECUTIONS] ?? '';
    const seq = Math.floor((written += 1) / EXECUTIONS);
    return {
      path: `/api/v1/executions/${id}/output`,
      body: JSON.stringify({ stream: 'stdout', seq, data: DATA }),
    };
  };
  const { path, body = '' } = next();
  const answer = await server.ask(path, { method: 'POST', headers, body });
  jsonOf(server, answer, 201);
  return {
    ...{ method: 'POST', headers, answerBytes: answer.bytes },
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, next),
  };
}

async function inserting(server: ServerProcess): Promise<Prepared> {
  let seq = 1_000_000;
  const path = '/api/v1/chunks';
  const next = (): Target => ({
    path,
    body: JSON.stringify({ stream: 'stdout', seq: (seq += 1), data: DATA }),
  });
  const answer = await server.ask(path, { method: 'POST', headers: JSON_TYPE, body: next().body ?? '' });
  jsonOf(server, answer, 201);
  return {
    ...{ method: 'POST', headers: JSON_TYPE, answerBytes: answer.bytes },
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, next),
  };
}

export const chunkWrite: ThroughputCase = {
  name: 'chunk-write',
  title: 'a chunk of output of an execution, durable',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: writing },
    { label: 'raw insertOne', contestant: 'raw insertMany', prepare: inserting },
  ],
};

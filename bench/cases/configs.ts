import { z } from 'zod';

import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';
import { jsonOf } from './verify.js';

const PATH = '/api/v1/configs/production/bench';
const CONTENT = {
  content: { pool: { min: 2, max: 10 }, features: ['search', 'export'], url: 'https://example.com' },
};

const config = z.object({ version: z.int(), checksum: z.string() });

async function reading(server: ServerProcess, world: World): Promise<Prepared> {
  const headers = asBearer(firstToken(world));
  const body = JSON.stringify(CONTENT);
  const put = await server.ask(PATH, {
    ...{ method: 'PUT', body },
    headers: { ...headers, 'content-type': 'application/json' },
  });
  if (put.status >= 300)
    throw new WrongAnswer(`${server.name} answered ${put.status} ${put.text.slice(0, 300)}`);
  await server.ask(PATH, { headers });
  const answer = await server.ask(PATH, { headers });
  config.parse(jsonOf(server, answer, 200));
  if (!String(answer.headers['cache-status']).startsWith('triptych; hit'))
    throw new WrongAnswer(`${server.name} did not keep its answer`);
  return { method: 'GET', headers, targets: () => [{ path: PATH }], answerBytes: answer.bytes };
}

async function constant(server: ServerProcess): Promise<Prepared> {
  const answer = await server.ask('/static');
  jsonOf(server, answer, 200);
  return { method: 'GET', headers: {}, targets: () => [{ path: '/static' }], answerBytes: answer.bytes };
}

export const configRead: ThroughputCase = {
  name: 'config-read',
  title: 'GET of a config, a hit',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: reading },
    { label: 'bare Fastify, static JSON', contestant: 'bare Fastify', prepare: constant },
  ],
};

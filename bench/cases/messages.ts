import { z } from 'zod';

import type { Target } from '../load/load.js';
import { asBearer } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import { type Pair, pairsOf } from '../world/chat.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const PAGE = 50;
/** Below what two members may send in ten seconds. */
const FILLED = 100;
const MOST_PER_SECOND = 6_000;
const JSON_TYPE = { 'content-type': 'application/json' };

const page = z.object({ data: z.array(z.object({ id: z.uuid() })), source: z.string() });

const messagesOf = ({ roomId }: Pair): string => `/api/v1/rooms/${roomId}/messages`;
const bodyOf = (text: string): string => JSON.stringify({ content: text.padEnd(40, '.') });

async function firstPair(world: World): Promise<Pair> {
  const [pair] = await pairsOf(world);
  if (!pair) throw new Error('The world has no two people who chat');
  return pair;
}

async function read(server: ServerProcess, pair: Pair, source: string): Promise<Prepared> {
  const path = `${messagesOf(pair)}?limit=${PAGE}`;
  const headers = asBearer(pair.tokens[0]);
  const answer = await server.ask(path, { headers });
  const found = page.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null);
  if (!found.success || found.data.source !== source || found.data.data.length !== PAGE)
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return { method: 'GET', headers, targets: () => [{ path }], answerBytes: answer.bytes };
}

async function fromMongo(server: ServerProcess, world: World): Promise<Prepared> {
  const pair = await firstPair(world);
  for (let n = 0; n < FILLED; n += 1) {
    const headers = { ...JSON_TYPE, ...asBearer(pair.tokens[n % 2 === 0 ? 0 : 1]) };
    await server.ask(messagesOf(pair), { method: 'POST', headers, body: bodyOf(`message ${n}`) });
  }
  return read(server, pair, 'mongodb');
}

/** After the one before, which has written what this one reads. */
const fromCopy = async (server: ServerProcess, world: World): Promise<Prepared> =>
  read(server, await firstPair(world), 'postgres');

export const messagesPage: ThroughputCase = {
  name: 'messages-page',
  title: `a page of ${PAGE} direct messages`,
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: fromMongo },
    { label: 'triptych, MongoDB away', contestant: 'triptych, MongoDB away', prepare: fromCopy },
  ],
};

/** The people take turns, so that none reaches the limit of messages. */
function* messages(pairs: readonly Pair[]): Generator<Target, never> {
  for (let n = 0; ; n += 1) {
    const pair = pairs[n % pairs.length];
    const token = pair?.tokens[Math.floor(n / pairs.length) % 2 === 0 ? 0 : 1];
    if (pair && token !== undefined) yield { path: messagesOf(pair), token, body: bodyOf(`message ${n}`) };
  }
}

async function sending(server: ServerProcess, world: World): Promise<Prepared> {
  const [first, ...pairs] = await pairsOf(world);
  if (!first) throw new Error('The world has no two people who chat');
  const source = messages(pairs);
  const probe = source.next().value;
  const headers = { ...JSON_TYPE, ...asBearer(probe.token ?? '') };
  const answer = await server.ask(probe.path, { method: 'POST', headers, body: probe.body ?? '' });
  if (answer.status !== 201)
    throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
  return {
    method: 'POST',
    headers: JSON_TYPE,
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, () => source.next().value),
    answerBytes: answer.bytes,
  };
}

export const messageSend: ThroughputCase = {
  name: 'message-send',
  title: 'a direct message sent',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: sending },
    { label: 'triptych, MongoDB away', contestant: 'triptych, MongoDB away', prepare: sending },
  ],
};

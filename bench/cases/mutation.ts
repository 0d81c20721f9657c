import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import type { Target } from '../load/load.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Audit, type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const PATH = '/api/v1/users';
const MOST_PER_SECOND = 12_000;
const DRAINED_WITHIN_MS = 60_000;

const created = z.object({ id: z.uuid(), email: z.string() });

let made = 0;

function newAccounts(count: number): Target[] {
  return Array.from({ length: count }, () => {
    // As long as any other: so are the answers.
    const name = `new-${String((made += 1)).padStart(9, '0')}`;
    return { path: PATH, body: JSON.stringify({ email: `${name}@example.com`, username: name }) };
  });
}

const countOf = async ({ sql }: World, table: string): Promise<number> => {
  const [row] = await sql.unsafe(`select count(*)::int as count from ${table}`);
  return z.object({ count: z.number() }).parse(row).count;
};

/** Each answer has its row, and with an outbox its event. */
const watchTables = (world: World, tables: readonly string[]) => async (): Promise<Audit> => {
  const counts = () => Promise.all(tables.map((table) => countOf(world, table)));
  const before = await counts();
  return async (requests) => {
    const after = await counts();
    const lacking = tables.filter((_, index) => (after[index] ?? 0) - (before[index] ?? 0) < requests);
    return lacking.length === 0 ? null : `fewer than ${requests} new rows in ${lacking.join(' and ')}`;
  };
};

/** Until everything is delivered: the next run must not pay for this one. */
async function drained(world: World): Promise<void> {
  const deadline = performance.now() + DRAINED_WITHIN_MS;
  while ((await countOf(world, 'outbox_queue')) > 0) {
    if (performance.now() > deadline)
      throw new WrongAnswer(`The outbox is not empty after ${DRAINED_WITHIN_MS / 1_000} s`);
    await sleep(50);
  }
}

const inserting =
  (headersOf: (world: World) => Record<string, string>, tables: readonly string[]) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const headers = { 'content-type': 'application/json', ...headersOf(world) };
    const [{ body = '' } = {}] = newAccounts(1);
    const answer = await server.ask(PATH, { method: 'POST', headers, body });
    const account = created.safeParse(answer.status === 201 ? JSON.parse(answer.text) : null);
    if (!account.success || !body.includes(account.data.email))
      throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
    return {
      method: 'POST',
      headers,
      targets: (seconds) => newAccounts(seconds * MOST_PER_SECOND),
      answerBytes: answer.bytes,
      watch: watchTables(world, tables),
      settle: () => drained(world),
    };
  };

const byKey = (world: World) => asBearer(firstToken(world));

export const mutation: ThroughputCase = {
  name: 'mutation',
  title: 'mutation with outbox',
  floor: { requestsPerSecond: 1_500 },
  contenders: [
    {
      label: 'triptych',
      contestant: 'triptych',
      prepare: inserting(byKey, ['users', 'outbox_events']),
    },
    {
      label: 'triptych, no outbox',
      contestant: 'triptych, no outbox',
      prepare: inserting(byKey, ['users']),
    },
    {
      label: 'bare Fastify + postgres.js',
      contestant: 'bare Fastify',
      prepare: inserting(() => ({}), ['users']),
    },
  ],
};

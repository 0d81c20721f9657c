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
export const watchTables = (world: World, tables: readonly string[]) => async (): Promise<Audit> => {
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

const WAITING = 50_000;

/** An outage has left so many events that no relay claims yet. PostgreSQL knows the queue as long. */
async function fillQueue({ sql }: World): Promise<void> {
  await sql`
    with event as (
      insert into outbox_events (id, aggregate_type, aggregate_id, organization_id, type, payload, tags, recorded_at)
      select gen_random_uuid(), 'waiting', n::text, gen_random_uuid(), 'user.updated', '{}', '{}', now()
      from generate_series(1, ${WAITING}::int) as n returning id, aggregate_id)
    insert into outbox_queue (event_id, aggregate, available_at, is_invalidated)
    select id, 'waiting:' || aggregate_id, now() + interval '1 day', true from event`;
  await sql`analyze outbox_queue`;
}

async function emptyQueue({ sql }: World): Promise<void> {
  await sql`delete from outbox_queue where starts_with(aggregate, 'waiting:')`;
  await sql`delete from outbox_events where aggregate_type = 'waiting'`;
  await sql`analyze outbox_queue`;
}

/** As `watch`, behind a long queue, which is there during the run only. */
const behindFullQueue = (world: World, watch: () => Promise<Audit>) => async (): Promise<Audit> => {
  await fillQueue(world);
  const audit = await watch();
  return async (requests) => {
    const wrong = await audit(requests);
    await emptyQueue(world);
    return wrong;
  };
};

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

export const mutationFullQueue: ThroughputCase = {
  name: 'mutation-full-queue',
  title: `mutation with outbox behind ${WAITING.toLocaleString('en')} waiting events`,
  floor: null,
  contenders: [
    {
      label: 'triptych',
      contestant: 'triptych',
      prepare: async (server, world) => {
        const tables = ['users', 'outbox_events'];
        const prepared = await inserting(byKey, tables)(server, world);
        return { ...prepared, watch: behindFullQueue(world, watchTables(world, tables)) };
      },
    },
  ],
};

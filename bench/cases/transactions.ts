import { z } from 'zod';

import type { Target } from '../load/load.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Prepared, type ThroughputCase, WrongAnswer } from './case.js';
import { jsonOf } from './verify.js';

const PATH = '/api/v1/transactions';
const JSON_TYPE = { 'content-type': 'application/json' };
const MOST_PER_SECOND = 12_000;
export const PAGE = 50;
const ACCOUNTS = 200;
const ROWS = 50_000;
/** So that no answer of the list is asked for twice. */
const FIRST_MOMENT = Date.parse('2020-01-01T00:00:00.000Z');

type Headers = Record<string, string>;

const created = z.object({ id: z.int(), amount: z.string() });
const page = z.object({ data: z.array(z.object({ id: z.int() })) });
const byKey = (world: World): Headers => asBearer(firstToken(world));
const open = (): Headers => ({});

const account = (n: number): string => `customer-${String(n % ACCOUNTS).padStart(3, '0')}`;
let made = 0;

const newTransactions = (count: number): Target[] =>
  Array.from({ length: count }, () => {
    made += 1;
    const amount = `${100 + (made % 800)}.${String(made % 100).padStart(2, '0')}`;
    return {
      path: PATH,
      body: JSON.stringify({ user_id: account(made), amount, transaction_type: 'purchase' }),
    };
  });

const writing =
  (headersOf: (world: World) => Headers) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const headers = { ...JSON_TYPE, ...headersOf(world) };
    const [{ body = '' } = {}] = newTransactions(1);
    const answer = await server.ask(PATH, { method: 'POST', headers, body });
    created.parse(jsonOf(server, answer, 201));
    return {
      ...{ method: 'POST', headers, answerBytes: answer.bytes },
      targets: (seconds) => newTransactions(seconds * MOST_PER_SECOND),
    };
  };

export const transactionWrite: ThroughputCase = {
  name: 'transaction-write',
  title: 'a transaction written, with its event',
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: writing(byKey) },
    { label: 'bare Fastify + postgres.js', contestant: 'bare Fastify', prepare: writing(open) },
  ],
};

async function fill({ sql, fixture }: World): Promise<void> {
  await sql`
    insert into transactions (user_id, amount, transaction_type, organization_id, currency, metadata, created_at)
    select 'customer-' || lpad((n % ${ACCOUNTS})::text, 3, '0'), 100 + n % 800, 'purchase', ${fixture.orgId}, 'USD', '{}',
      '2019-01-01'::timestamptz + n * interval '1 second'
    from generate_series(1, ${ROWS}) as n
    where not exists (select 1 from transactions where created_at < '2020-01-01')`;
  await sql`vacuum analyze transactions`;
}

/** Names a page that was not asked for before, each time it is called. */
export async function pagesOfAccounts(world: World): Promise<() => { account: string; to: string }> {
  await fill(world);
  let asked = 0;
  return () => {
    asked += 1;
    return { account: account(asked), to: new Date(FIRST_MOMENT + asked).toISOString() };
  };
}

const listing =
  (headersOf: (world: World) => Headers) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const headers = headersOf(world);
    const nextPage = await pagesOfAccounts(world);
    const next = (): Target => {
      const { account: customer, to } = nextPage();
      return { path: `${PATH}?user_id=${customer}&to=${to}&limit=${PAGE}` };
    };
    const answer = await server.ask(next().path, { headers });
    if (page.parse(jsonOf(server, answer, 200)).data.length !== PAGE)
      throw new WrongAnswer(`${server.name} gave another page than one of ${PAGE}`);
    return {
      ...{ method: 'GET', headers, answerBytes: answer.bytes },
      targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, next),
    };
  };

export const transactionList: ThroughputCase = {
  name: 'transaction-list',
  title: `the newest ${PAGE} transactions of an account, a miss`,
  floor: null,
  contenders: [
    { label: 'triptych', contestant: 'triptych', prepare: listing(byKey) },
    { label: 'bare Fastify + postgres.js', contestant: 'bare Fastify', prepare: listing(open) },
  ],
};

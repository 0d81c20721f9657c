import { newId } from '../../src/common/ids/ids.js';
import { take } from '../cases/take.js';
import { type Contender, type Prepared, type ThroughputCase, WrongAnswer } from '../cases/case.js';
import { cached } from '../cases/reads.js';
import { uncached } from '../cases/uncached-reads.js';
import { mutation, watchTables } from '../cases/mutation.js';
import { jsonOf, verify } from '../cases/verify.js';
import { transactionList, PAGE, pagesOfAccounts } from '../cases/transactions.js';
import type { Target } from '../load/load.js';
import { DIRECTUS_TOKEN } from '../products/directus.js';
import { asBearer } from '../servers/contestants.js';
import type { Exchange } from '../servers/exchange.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';

/** The columns of an account that Directus shows as we do: it knows one of them by the name of its column. */
const ALIAS = 'alias[email_confirmed]=is_email_confirmed';
const JSON_TYPE = { 'content-type': 'application/json' };

/** More than Directus reaches. */
const MOST_PER_SECOND = 4_000;

const withToken = asBearer(DIRECTUS_TOKEN);

function itemPath({ fixture }: World, id: string): string {
  const names = Object.keys(fixture.user as object).join(',');
  return `/items/users/${id}?fields=${names}&${ALIAS}`;
}

/** Directus answers with the same account in `data`. */
async function sameAccount(server: ServerProcess, world: World): Promise<Exchange> {
  const answer = await server.ask(itemPath(world, world.fixture.userId), { headers: withToken });
  verify(server, answer, { status: 200, body: { data: world.fixture.user } });
  return answer;
}

async function directusHit(server: ServerProcess, world: World): Promise<Prepared> {
  await sameAccount(server, world);
  const path = itemPath(world, world.fixture.userId);
  const answer = await sameAccount(server, world);
  if (answer.headers['x-cache-status'] !== 'HIT')
    throw new WrongAnswer('Directus did not answer from its cache');
  return { method: 'GET', headers: withToken, targets: () => [{ path }], answerBytes: answer.bytes };
}

/** Directus keeps an answer for its address, of which a limit without effect is a part. */
async function directusMiss(server: ServerProcess, world: World): Promise<Prepared> {
  const { bytes: answerBytes } = await sameAccount(server, world);
  const source = (function* (): Generator<Target, void> {
    for (let limit = 1; ; limit += 1)
      for (const id of world.fixture.userIds) yield { path: `${itemPath(world, id)}&limit=${limit}` };
  })();
  return {
    ...{ method: 'GET', headers: withToken, answerBytes },
    targets: (seconds) => take(source, seconds * MOST_PER_SECOND),
  };
}

async function directusList(server: ServerProcess, world: World): Promise<Prepared> {
  const next = await pagesOfAccounts(world);
  const target = (): Target => {
    const { account, to } = next();
    const filter = { _and: [{ user_id: { _eq: account } }, { created_at: { _lte: to } }] };
    return {
      path: `/items/transactions?limit=${PAGE}&sort=-created_at,-id&filter=${encodeURIComponent(JSON.stringify(filter))}`,
    };
  };
  const answer = await server.ask(target().path, { headers: withToken });
  const { data } = jsonOf(server, answer, 200) as { data: unknown[] };
  if (data.length !== PAGE) throw new WrongAnswer(`Directus gave another page than one of ${PAGE}`);
  return {
    ...{ method: 'GET', headers: withToken, answerBytes: answer.bytes },
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, target),
  };
}

let made = 0;

async function directusInsert(server: ServerProcess, world: World): Promise<Prepared> {
  const headers = { ...JSON_TYPE, ...withToken };
  const { orgId } = world.fixture;
  const next = (): Target => {
    const name = `peer-${String((made += 1)).padStart(8, '0')}`;
    const account = { id: newId(), organization_id: orgId, email: `${name}@example.com`, username: name };
    return { path: '/items/users', body: JSON.stringify(account) };
  };
  const { path, body = '' } = next();
  const answer = await server.ask(path, { method: 'POST', headers, body });
  jsonOf(server, answer, 200);
  return {
    ...{ method: 'POST', headers, answerBytes: answer.bytes },
    targets: (seconds) => Array.from({ length: seconds * MOST_PER_SECOND }, next),
    watch: watchTables(world, ['users', 'directus_revisions']),
  };
}

const beside = (test: ThroughputCase, title: string, prepare: Contender['prepare']): ThroughputCase => ({
  ...test,
  name: `compare-${test.name}`,
  title,
  floor: null,
  contenders: [
    test.contenders[0],
    { label: 'Directus', contestant: 'Directus', prepare },
    ...test.contenders.filter(({ contestant }) => contestant === 'bare Fastify'),
  ],
});

export const ACCOUNT_CASES: readonly ThroughputCase[] = [
  beside(cached, 'one account, from the cache', directusHit),
  beside(uncached, 'one account, never asked before', directusMiss),
  beside(transactionList, `the newest ${PAGE} transactions of a customer, never asked before`, directusList),
  beside(mutation, 'an account written, with its record of the change', directusInsert),
];

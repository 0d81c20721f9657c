import { parseToken } from '../../src/common/crypto/tokens.js';
import { asBearer, firstToken } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import { insertKeys } from '../world/fixture.js';
import type { World } from '../world/world.js';
import { type Contender, type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

const PATH = '/api/v1/api-keys/verify';
/** So many that every answer of a run has as many digits. */
const CREDITS = 999_999_999_999;

const hashOf = (token: string): string => parseToken(token)?.hash ?? '';

async function giveCredits({ sql }: World, tokens: readonly string[]): Promise<void> {
  const hashes = JSON.stringify(tokens.map(hashOf));
  await sql`
    insert into api_key_credits (api_key_id, remaining, refilled_at)
    select id, ${CREDITS}, now() from api_keys
    where key_hash in (select jsonb_array_elements_text(${hashes}::text::jsonb))
    on conflict (api_key_id) do update set remaining = excluded.remaining`;
}

const verifying =
  (count: number, isCounted: boolean) =>
  async (server: ServerProcess, world: World): Promise<Prepared> => {
    const { orgId, ownerId } = world.fixture;
    const keys = await insertKeys(world.sql, orgId, ownerId, count);
    if (isCounted) await giveCredits(world, keys);
    const headers = { 'content-type': 'application/json', ...asBearer(firstToken(world)) };
    const targets = keys.map((key) => ({ path: PATH, body: JSON.stringify({ key }) }));
    const answer = await server.ask(PATH, { method: 'POST', headers, body: targets[0]?.body ?? '' });
    const { code } = JSON.parse(answer.text) as { code?: string };
    if (answer.status !== 200 || code !== 'VALID')
      throw new WrongAnswer(`${server.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
    return { method: 'POST', headers, answerBytes: answer.bytes, targets: () => targets };
  };

/** Beside Fastify that looks the key up by one prepared statement, and counts nothing. */
const contenders = (count: number, isCounted: boolean): [Contender, Contender] => [
  { label: 'triptych', contestant: 'triptych', prepare: verifying(count, isCounted) },
  { label: 'bare Fastify, one look-up', contestant: 'bare Fastify', prepare: verifying(count, false) },
];

export const verifyWarm: ThroughputCase = {
  name: 'verify',
  title: 'verification of a key, warm, no credits',
  floor: { requestsPerSecond: 12_000 },
  contenders: contenders(1, false),
};

export const verifyHotCredits: ThroughputCase = {
  name: 'verify-credits',
  title: 'verification of one key with exact credits',
  floor: null,
  contenders: contenders(1, true),
};

export const verifyManyCredits: ThroughputCase = {
  name: 'verify-credits-1000',
  title: 'verification of 1,000 keys with exact credits',
  floor: null,
  contenders: contenders(1_000, true),
};

import { Agent } from 'node:http';

import type { Env } from '../../src/config/aliases.js';
import { codeOf } from '../../src/stores/embedded/process-identity.js';
import { median, quantile, type RedisDeadResult } from '../report/figures.js';
import {
  asBearer,
  type ContestantName,
  firstToken,
  startContestant,
  userPath,
} from '../servers/contestants.js';
import { Unanswered } from '../servers/exchange.js';
import { PrivateRedis } from '../servers/private-redis.js';
import type { ServerProcess } from '../servers/server-process.js';
import { WrongAnswer } from './case.js';
import type { Bench } from './measure.js';
import { verify } from './verify.js';

export const REDIS_DEAD = 'redis-dead';
export const REDIS_DEAD_FLOOR_MS = 1;

const CONTESTANTS: readonly ContestantName[] = [
  'triptych',
  'Nest + CacheInterceptor, Fastify',
  'Nest + CacheInterceptor, Express',
];

/** One server before and after its Redis was killed. Null times: the first read was not answered, `after` says how. */
interface Round {
  alive: readonly number[];
  dead: readonly number[] | null;
  after: string;
}

/**
 * Reads one cached route over one connection, one read after another, kills Redis with -9 and goes on at once. Null
 * where no Redis may be killed: the environment names one.
 */
export async function measureRedisDead(bench: Bench, env: Env): Promise<RedisDeadResult[] | null> {
  const rounds = new Map<ContestantName, Round[]>(CONTESTANTS.map((name) => [name, []]));
  const problems = new Map<ContestantName, string[]>(CONTESTANTS.map((name) => [name, []]));
  for (let round = 0; round < bench.pace.rounds; round += 1) {
    for (const name of CONTESTANTS) {
      // It hangs or it does not: three times seven seconds would say no more.
      if (rounds.get(name)?.some(({ dead }) => dead === null)) continue;
      bench.say(`${REDIS_DEAD}: ${name}, run ${round + 1} of ${bench.pace.rounds}`);
      const redis = await PrivateRedis.start(env, bench.world.scratch);
      if (!redis) return null;
      try {
        rounds.get(name)?.push(await oneRound(name, bench, redis));
      } catch (error) {
        if (!(error instanceof WrongAnswer)) throw error;
        problems.get(name)?.push(error.message);
      } finally {
        await redis.kill();
      }
    }
  }
  return CONTESTANTS.map((name) => summary(name, rounds.get(name) ?? [], problems.get(name) ?? []));
}

async function oneRound(name: ContestantName, bench: Bench, redis: PrivateRedis): Promise<Round> {
  const server = await startContestant(name, bench.world, { env: { REDIS_URL: redis.url } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const read = () => timedRead(server, bench, agent);
    await times(bench.pace.samples, read);
    const alive = await times(bench.pace.samples, read);
    await redis.kill();
    try {
      return { alive, dead: await times(bench.pace.samples, read), after: 'answered' };
    } catch (error) {
      return { alive, dead: null, after: howItFailed(error, server) };
    }
  } finally {
    agent.destroy();
    await server.stop();
  }
}

async function times(count: number, read: () => Promise<number>): Promise<number[]> {
  const elapsed: number[] = [];
  while (elapsed.length < count) elapsed.push(await read());
  return elapsed;
}

async function timedRead(server: ServerProcess, { world, pace }: Bench, agent: Agent): Promise<number> {
  const { userId, user } = world.fixture;
  const headers = asBearer(firstToken(world));
  const answer = await server.ask(userPath(userId), { headers, agent, timeoutMs: pace.patienceMs });
  verify(server, answer, { status: 200, body: user });
  return answer.elapsedMs;
}

/** What a client sees of a server that gives no answer any more. */
function howItFailed(error: unknown, server: ServerProcess): string {
  if (error instanceof Unanswered) return error.message;
  if (error instanceof WrongAnswer) return error.message;
  if (typeof codeOf(error) === 'string')
    return server.isRunning ? String(codeOf(error)) : 'the process ended';
  throw error;
}

function summary(
  name: ContestantName,
  rounds: readonly Round[],
  problems: readonly string[],
): RedisDeadResult {
  const dead = rounds.map((round) => round.dead);
  const answered = dead.filter((elapsed) => elapsed !== null);
  const hasAll = rounds.length > 0 && answered.length === rounds.length;
  const lost = rounds.find((round) => round.dead === null);
  const isOurs = name === 'triptych';
  return {
    name,
    aliveP50Ms: rounds.length > 0 ? median(rounds.map(({ alive }) => median(alive))) : null,
    deadP50Ms: hasAll ? median(answered.map((elapsed) => median(elapsed))) : null,
    deadP99Ms: hasAll ? median(answered.map((elapsed) => quantile(elapsed, 0.99))) : null,
    after: lost?.after ?? 'answered',
    // That the stock cache hangs is a finding; that ours does would be a failure.
    problems: isOurs && lost ? [...problems, `with Redis killed: ${lost.after}`] : problems,
  };
}

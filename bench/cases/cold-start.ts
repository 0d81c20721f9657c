import { setTimeout as sleep } from 'node:timers/promises';

import { median, type StartResult } from '../report/figures.js';
import { type ContestantName, startContestant } from '../servers/contestants.js';
import { residentMegabytes } from '../servers/process-usage.js';
import type { Bench } from './measure.js';

export const COLD_START = 'cold-start';
export const COLD_START_FLOOR = { coldStartMs: 2_000, residentMegabytes: 180 } as const;

const CONTESTANTS: readonly ContestantName[] = [
  'triptych',
  'Nest + CacheInterceptor, Fastify',
  'Nest + CacheInterceptor, Express',
  'bare Fastify',
];

/** From the start of the process to its first 200 on the detail GET, a key and all; then its memory at rest. */
export async function measureStarts({ world, pace, say }: Bench): Promise<StartResult[]> {
  const starts = new Map(
    CONTESTANTS.map((name) => [name, { ms: [] as number[], megabytes: [] as number[] }]),
  );
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const [name, { ms, megabytes }] of starts) {
      say(`${COLD_START}: ${name}, run ${round + 1} of ${pace.rounds}`);
      const server = await startContestant(name, world);
      try {
        ms.push(server.coldStartMs);
        await sleep(pace.idleMs);
        megabytes.push(residentMegabytes(server.pid));
      } finally {
        await server.stop();
      }
    }
  }
  return [...starts].map(([name, { ms, megabytes }]) => ({
    name,
    coldStartMs: median(ms),
    residentMegabytes: median(megabytes),
    problems: [],
  }));
}

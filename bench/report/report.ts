import type { Pace } from '../options.js';
import type { RedisDeadResult, StartResult, ThroughputResult } from './figures.js';
import type { Machine } from './machine.js';

/** Everything that one run of the benchmark has found. */
export interface Report {
  startedAt: string;
  machine: Machine;
  loadGenerator: string;
  pace: Pace;
  throughput: readonly ThroughputResult[];
  starts: readonly StartResult[];
  /** Null: no Redis could be killed. */
  redisDead: readonly RedisDeadResult[] | null;
}

/** What makes figures worthless, one sentence each. */
export function problemsOf({ throughput, starts, redisDead }: Report): string[] {
  const of = (test: string, rows: readonly { name: string; problems: readonly string[] }[]) =>
    rows.flatMap(({ name, problems }) => problems.map((problem) => `${test}, ${name}: ${problem}`));
  return [
    ...throughput.flatMap(({ title, contenders }) => of(title, contenders)),
    ...of('cold start', starts),
    ...of('Redis killed', redisDead ?? []),
  ];
}

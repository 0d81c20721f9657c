import type { LoadGenerator, LoadResult } from '../load/load.js';
import type { Pace } from '../options.js';
import { type ContenderResult, type Figures, medianOf, type ThroughputResult } from '../report/figures.js';
import { startContestant } from '../servers/contestants.js';
import { cpuSeconds } from '../servers/process-usage.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';
import { type Contender, type Prepared, type ThroughputCase, WrongAnswer } from './case.js';

/** By how much the mean size of the answers of a run may differ from that of the right answer. */
const SIZE_TOLERANCE = 0.05;

export interface Bench {
  world: World;
  pace: Pace;
  generator: LoadGenerator;
  /** Where CPU profiles of our own service go; null: none are made, and nothing is slowed down. */
  profiles: string | null;
  /** Says what is done now. */
  say: (what: string) => void;
}

/** A contender whose server runs and has given the right answer. */
interface Racer {
  name: string;
  server: ServerProcess;
  prepared: Prepared;
  runs: Figures[];
  problems: string[];
}

/**
 * Starts every contender, sees that each gives the right answer, then measures them by turns, A B C A B C, so that
 * whatever drifts on the machine hits all alike. An error in any answer is a problem of its contender.
 */
export async function measure(test: ThroughputCase, bench: Bench): Promise<ThroughputResult> {
  const servers: ServerProcess[] = [];
  const failed: ContenderResult[] = [];
  const racers: Racer[] = [];
  try {
    for (const contender of test.contenders) {
      bench.say(`${test.name}: ${contender.label} starts`);
      const racer = await enter(contender, test.name, servers, bench);
      if ('server' in racer) racers.push(racer);
      else failed.push(racer);
    }
    for (let round = 0; round < bench.pace.rounds; round += 1) {
      for (const racer of racers) {
        bench.say(`${test.name}: ${racer.name}, run ${round + 1} of ${bench.pace.rounds}`);
        await run(racer, bench);
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  const results = [...racers.map(resultOf), ...failed];
  const inOrder = test.contenders.flatMap(({ label }) => results.filter(({ name }) => name === label));
  return { name: test.name, title: test.title, floor: test.floor, contenders: inOrder };
}

const profiling = (folder: string, caseName: string): string[] => [
  '--cpu-prof',
  `--cpu-prof-dir=${folder}`,
  `--cpu-prof-name=${caseName}.cpuprofile`,
];

const resultOf = ({ name, runs, problems }: Racer): ContenderResult => ({
  name,
  runs,
  median: medianOf(runs),
  problems,
});

/** Starts a contender and warms it up. A wrong answer is its result; everything else is a failure of the benchmark. */
async function enter(
  { label, contestant, prepare }: Contender,
  caseName: string,
  servers: ServerProcess[],
  bench: Bench,
): Promise<Racer | ContenderResult> {
  const { profiles } = bench;
  const nodeArguments = profiles !== null && contestant === 'triptych' ? profiling(profiles, caseName) : [];
  const server = await startContestant(contestant, bench.world, { nodeArguments });
  servers.push(server);
  try {
    const prepared = await prepare(server, bench.world);
    await load(bench, server, prepared, bench.pace.firstWarmUpSeconds);
    await prepared.settle?.();
    return { name: label, server, prepared, runs: [], problems: [] };
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error;
    return { name: label, runs: [], median: null, problems: [error.message] };
  }
}

async function load(
  bench: Bench,
  { baseUrl }: ServerProcess,
  { method, headers, targets }: Prepared,
  seconds: number,
): Promise<LoadResult> {
  const { connections } = bench.pace;
  return bench.generator.run({ baseUrl, method, headers, targets: targets(seconds), connections, seconds });
}

async function run(racer: Racer, bench: Bench): Promise<void> {
  const { server, prepared, runs, problems } = racer;
  await load(bench, server, prepared, bench.pace.warmUpSeconds);
  await prepared.settle?.();
  const audit = await prepared.watch?.();
  const cpuBefore = cpuSeconds(server.pid);
  const result = await load(bench, server, prepared, bench.pace.runSeconds);
  const cpuAfter = cpuSeconds(server.pid);
  const { requests, seconds, p50Ms, p99Ms } = result;
  const cpuMicros =
    cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1e6) / Math.max(1, requests);
  runs.push({ requestsPerSecond: requests / seconds, p50Ms, p99Ms, cpuMicros });
  const found = [...faultsOf(result, prepared.answerBytes), await audit?.(requests)];
  problems.push(...found.filter((problem) => typeof problem === 'string'));
  await prepared.settle?.();
}

function faultsOf(result: LoadResult, answerBytes: number): string[] {
  const { requests, bytes, badStatuses, failures } = result;
  if (requests === 0) return ['not one request was answered'];
  const faults: string[] = [];
  if (badStatuses > 0) faults.push(`${badStatuses} of ${requests} answers were errors`);
  if (failures > 0) faults.push(`${failures} requests failed or timed out`);
  const mean = bytes / requests;
  if (Math.abs(mean - answerBytes) > answerBytes * SIZE_TOLERANCE)
    faults.push(`answers had ${Math.round(mean)} bytes on the mean instead of ${answerBytes}`);
  return faults;
}

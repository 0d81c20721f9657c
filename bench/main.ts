// `npm run bench`, the part that measures. Started by src/cli/bench.ts with its options as JSON and the stores' URLs.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describeFailure } from '../src/cli/terminal/explained.js';
import type { Env } from '../src/config/aliases.js';
import { Interruption } from '../src/stores/embedded/interruption.js';
import { analyticsBatch, analyticsEvent, series } from './cases/analytics.js';
import type { ThroughputCase } from './cases/case.js';
import { COLD_START, measureStarts } from './cases/cold-start.js';
import { verifyHotCredits, verifyManyCredits, verifyWarm } from './cases/key-verification.js';
import { type Bench, measure } from './cases/measure.js';
import { configRead } from './cases/configs.js';
import { documentHit, documentMiss } from './cases/documents.js';
import { EVALUATE, measureEvaluation } from './cases/evaluate.js';
import { chunkWrite } from './cases/executions.js';
import { journalCreate, journalSearch } from './cases/journal.js';
import { messageSend, messagesPage } from './cases/messages.js';
import { moodsRange } from './cases/moods.js';
import { mutation, mutationFullQueue } from './cases/mutation.js';
import { ofrepAll, ofrepOne } from './cases/ofrep.js';
import { render } from './cases/render.js';
import { cached, cachedAmongMany, notModified } from './cases/reads.js';
import { measureRedisDead, REDIS_DEAD } from './cases/redis-dead.js';
import { transactionList, transactionWrite } from './cases/transactions.js';
import { tick } from './cases/tick.js';
import { keyAuthenticated, uncached } from './cases/uncached-reads.js';
import { COMPARED, withInstalled } from './compare/compared.js';
import { findLoadGenerator } from './load/generator.js';
import { type Options, optionsSchema, paceOf } from './options.js';
import type { ThroughputResult } from './report/figures.js';
import { describeMachine } from './report/machine.js';
import { printed } from './report/print-report.js';
import { problemsOf, type Report } from './report/report.js';
import { createWorld, type World } from './world/world.js';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const CLOSE_WITHIN_MS = 3_000;

const OWN: readonly ThroughputCase[] = [
  cached,
  cachedAmongMany,
  notModified,
  uncached,
  keyAuthenticated,
  mutation,
  mutationFullQueue,
  verifyWarm,
  verifyHotCredits,
  verifyManyCredits,
  analyticsBatch,
  analyticsEvent,
  series,
  messagesPage,
  messageSend,
  tick,
  moodsRange,
  journalCreate,
  journalSearch,
  ofrepAll,
  ofrepOne,
  documentHit,
  documentMiss,
  transactionWrite,
  transactionList,
  chunkWrite,
  configRead,
  render,
];
const namesOf = (compare: boolean): string[] =>
  compare
    ? COMPARED.map(({ name }) => name)
    : [...OWN.map(({ name }) => name), EVALUATE, COLD_START, REDIS_DEAD];

async function measureAll(bench: Bench, { only, compare }: Options, env: Env): Promise<Report> {
  const names = namesOf(compare).filter((name) => only.length === 0 || only.includes(name));
  const isWanted = (name: string) => names.includes(name);
  const wanted = (compare ? COMPARED : OWN).filter(({ name }) => isWanted(name));
  const cases = compare ? await withInstalled(wanted, bench.world, bench.say) : wanted;
  const startedAt = new Date().toISOString();
  const machine = await describeMachine(bench.world);
  const throughput: ThroughputResult[] = [];
  for (const test of cases) throughput.push(await measure(test, bench));
  if (isWanted(EVALUATE)) throughput.push(measureEvaluation(bench));
  return {
    startedAt,
    machine,
    loadGenerator: bench.generator.name,
    pace: bench.pace,
    throughput,
    starts: isWanted(COLD_START) ? await measureStarts(bench) : [],
    redisDead: isWanted(REDIS_DEAD) ? await measureRedisDead(bench, env) : [],
  };
}

/** Null when the user has ended it. Its databases are removed in either case. */
async function run(options: Options, env: Env): Promise<Report | null> {
  const interruption = new Interruption();
  const say = (what: string) => void process.stderr.write(`  ${what}\n`);
  say('filling the tables');
  const world = await createWorld(env);
  const generator = await findLoadGenerator(world.scratch.path);
  const profiles = options.profile ? world.scratch.in('profiles') : null;
  const bench = { world, pace: paceOf(options), generator, profiles, say };
  try {
    const measured = measureAll(bench, options, env);
    const report = await Promise.race([measured, interruption.requested.then(() => null)]);
    if (report) await world.close();
    else await closeHastily(world);
    return report;
  } catch (error) {
    await closeHastily(world);
    throw error;
  }
}

/** The stores may be about to end, too: then what is left is removed by the next run. */
async function closeHastily(world: World): Promise<void> {
  try {
    await Promise.race([
      world.close(),
      sleep(CLOSE_WITHIN_MS).then(() => Promise.reject(new Error('it takes too long'))),
    ]);
  } catch (error) {
    process.stderr.write(`  triptych_bench was not removed: ${String(error)}. The next run does it.\n`);
  }
}

async function main(options: Options): Promise<number> {
  const names = namesOf(options.compare);
  const unknown = options.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no case "${unknown.join('", "')}". There are: ${names.join(', ')}\n`);
    return EXIT_USAGE;
  }
  const report = await run(options, process.env);
  if (!report) return EXIT_INTERRUPTED;
  await mkdir(path.dirname(options.out), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : printed(report));
  if (options.profile) process.stderr.write('\nThe profiles are in bench/profiles of DATA_DIR.');
  process.stderr.write(`\nWrote ${path.relative('', options.out)}\n`);
  return problemsOf(report).length === 0 ? 0 : 1;
}

async function outcome(): Promise<number> {
  try {
    return await main(optionsSchema.parse(JSON.parse(process.argv[2] ?? '')));
  } catch (error) {
    process.stderr.write(describeFailure(error));
    return 1;
  }
}

// Not awaited to its end when it was interrupted: the reapers end what it has started.
process.exit(await outcome());

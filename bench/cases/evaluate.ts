import { CompiledFlags } from '../../src/modules/features/evaluation/compiled-flags.js';
import { contextOf } from '../../src/modules/features/evaluation/evaluation-context.js';
import { medianOf, quantile, type Figures, type ThroughputResult } from '../report/figures.js';
import type { Bench } from './measure.js';
import { FLAG_CONTEXT, flagDocument } from './ofrep.js';

export const EVALUATE = 'evaluate';
const MS_PER_SECOND = 1_000;

/** Flags that one thread evaluates in a second, all of them for one person after another. No server and no store takes part. */
export function measureEvaluation({ pace, say }: Bench): ThroughputResult {
  const { features, segments } = flagDocument();
  const flags = new CompiledFlags(
    features.map((feature) => ({ ...feature, dependencies: [] })),
    segments,
  );
  const names = features.map(({ name }) => name);
  const evaluateAll = (person: number): number => {
    const context = contextOf({ ...FLAG_CONTEXT, targetingKey: `person-${person}` }, Date.now());
    return names.filter((name) => flags.evaluate(name, context).isEnabled).length;
  };
  const run = (seconds: number): Figures => {
    const times: number[] = [];
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    const until = startedAt + seconds * MS_PER_SECOND;
    for (let person = 0, at = startedAt; at < until; person += 1) {
      evaluateAll(person);
      const now = performance.now();
      times.push(now - at);
      at = now;
    }
    const { user, system } = process.cpuUsage(cpu);
    const evaluated = times.length * names.length;
    return {
      requestsPerSecond: (evaluated * MS_PER_SECOND) / (performance.now() - startedAt),
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      cpuMicros: (user + system) / evaluated,
    };
  };
  run(pace.warmUpSeconds);
  const runs: Figures[] = [];
  for (let round = 0; round < pace.rounds; round += 1) {
    say(`${EVALUATE}: in process, run ${round + 1} of ${pace.rounds}`);
    runs.push(run(pace.runSeconds));
  }
  return {
    name: EVALUATE,
    title: `flags evaluated in process, a second (times are of ${names.length})`,
    floor: null,
    contenders: [{ name: 'triptych', runs, median: medianOf(runs), problems: [] }],
  };
}

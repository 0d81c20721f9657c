import { table } from '../terminal/table.js';
import type { TestRun } from './test-run.js';

const NAME_WIDTH = 100;

/** Each test over all runs: how often it ran, how often it passed, and its average duration. */
export function runsTable(runs: readonly TestRun[]): string {
  const tests = Map.groupBy(
    runs.flatMap((run) => run.tests),
    ({ file, name }) => `${file.replace(/\.?[a-z]*-spec\.ts$/, '')}: ${name}`,
  );
  const rows = [...tests].map(([name, results]) => {
    const totalMs = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const passed = results.filter(({ isPassed }) => isPassed).length;
    return [
      name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name,
      String(results.length),
      String(passed),
      (totalMs / results.length / 1_000).toFixed(1),
    ];
  });
  return table(['test', 'runs', 'passed', 'seconds'], rows);
}

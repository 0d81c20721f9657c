import { table } from '../../src/cli/terminal/table.js';
import { COLD_START_FLOOR } from '../cases/cold-start.js';
import { REDIS_DEAD_FLOOR_MS } from '../cases/redis-dead.js';
import type { ContenderResult, RedisDeadResult, StartResult, ThroughputResult } from './figures.js';
import { problemsOf, type Report } from './report.js';

const NONE = '–';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const ms = (value: number | null | undefined): string => (value == null ? NONE : `${value.toFixed(2)} ms`);
const mark = (isMet: boolean): string => (isMet ? '✓' : '✗');

function floorCell({ floor, contenders: [ours] }: ThroughputResult, row: ContenderResult): string {
  if (!floor || row !== ours || !row.median) return '';
  const { requestsPerSecond, p99Ms } = row.median;
  const parts = [`${mark(requestsPerSecond >= floor.requestsPerSecond)} ${whole(floor.requestsPerSecond)}/s`];
  if (floor.p99Ms !== undefined) parts.push(`${mark(p99Ms <= floor.p99Ms)} p99 ${floor.p99Ms} ms`);
  return parts.join(' ');
}

/** How many times this one's requests ours answers in the same time. */
function ratioCell({ contenders: [ours] }: ThroughputResult, row: ContenderResult): string {
  if (row === ours || !ours?.median || !row.median) return '';
  return `×${(ours.median.requestsPerSecond / row.median.requestsPerSecond).toFixed(2)}`;
}

function throughputRows(result: ThroughputResult): string[][] {
  return result.contenders.map((row, index) => [
    index === 0 ? result.title : '',
    row.problems.length > 0 ? `${row.name} (failed)` : row.name,
    row.median ? whole(row.median.requestsPerSecond) : NONE,
    ms(row.median?.p50Ms),
    ms(row.median?.p99Ms),
    row.median?.cpuMicros == null ? NONE : `${whole(row.median.cpuMicros)} µs`,
    ratioCell(result, row),
    floorCell(result, row),
  ]);
}

function startRows(starts: readonly StartResult[]): string[][] {
  return starts.map(({ name, coldStartMs, residentMegabytes }, index) => [
    name,
    coldStartMs === null ? NONE : `${whole(coldStartMs)} ms`,
    residentMegabytes === null ? NONE : `${whole(residentMegabytes)} MB`,
    index === 0 && coldStartMs !== null && residentMegabytes !== null
      ? `${mark(coldStartMs <= COLD_START_FLOOR.coldStartMs)} 2 s ${mark(residentMegabytes <= COLD_START_FLOOR.residentMegabytes)} 180 MB`
      : '',
  ]);
}

function deadRows(results: readonly RedisDeadResult[]): string[][] {
  return results.map(({ name, aliveP50Ms, deadP50Ms, deadP99Ms, after }, index) => {
    const added = aliveP50Ms !== null && deadP50Ms !== null ? deadP50Ms - aliveP50Ms : null;
    const floor =
      index === 0 && added !== null ? `${mark(added <= REDIS_DEAD_FLOOR_MS)} ${REDIS_DEAD_FLOOR_MS} ms` : '';
    return [
      name,
      ms(aliveP50Ms),
      deadP50Ms === null ? after : ms(deadP50Ms),
      ms(deadP99Ms),
      ms(added),
      floor,
    ];
  });
}

function machineLines({ machine, loadGenerator, pace }: Report): string {
  const { cores, processor, memoryGigabytes, system, node, postgres, mongodb, redis } = machine;
  return (
    `${cores} cores (${processor}), ${memoryGigabytes} GB, ${system}, Node ${node}; ` +
    `PostgreSQL ${postgres}, MongoDB protocol ${mongodb}, ${redis}\n` +
    `${loadGenerator}, one process, ${pace.connections} connections; medians of ${pace.rounds} runs of ` +
    `${pace.runSeconds} s, by turns\n`
  );
}

/** The tables that people read. */
export function printed(report: Report): string {
  const { throughput, starts, redisDead } = report;
  const parts = [machineLines(report)];
  if (throughput.length > 0) {
    const header = ['case', 'server', 'req/s', 'p50', 'p99', 'CPU/req', 'ours is', 'floor'];
    parts.push(table(header, throughput.flatMap(throughputRows)));
  }
  if (starts.length > 0)
    parts.push(table(['server', 'cold start', 'idle memory', 'floor'], startRows(starts)));
  if (redisDead === null)
    parts.push('Redis killed: not measured, because REDIS_URL names a server that is not ours to kill.\n');
  else if (redisDead.length > 0) {
    const header = ['cached GET, Redis killed', 'p50 before', 'p50 after', 'p99 after', 'added p50', 'floor'];
    parts.push(table(header, deadRows(redisDead)));
  }
  const problems = problemsOf(report);
  if (problems.length > 0) parts.push(`Failed:\n${problems.map((problem) => `  ✗ ${problem}\n`).join('')}`);
  return parts.join('\n');
}

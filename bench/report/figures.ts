import type { Floor } from '../cases/case.js';

/** One run of one server. */
export interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the server for each request; null where the system does not say. */
  cpuMicros: number | null;
}

export interface ContenderResult {
  name: string;
  runs: readonly Figures[];
  /** Of each figure by itself. Null: nothing could be measured. */
  median: Figures | null;
  /** What makes these figures worthless. */
  problems: readonly string[];
}

export interface ThroughputResult {
  name: string;
  title: string;
  floor: Floor | null;
  contenders: readonly ContenderResult[];
}

/** How long a server takes to start, and how much memory it then holds. */
export interface StartResult {
  name: string;
  coldStartMs: number | null;
  residentMegabytes: number | null;
  problems: readonly string[];
}

/** What a dead Redis costs a read. */
export interface RedisDeadResult {
  name: string;
  aliveP50Ms: number | null;
  /** Null: no answer in time, or the process ended; `after` says which. */
  deadP50Ms: number | null;
  deadP99Ms: number | null;
  after: string;
  problems: readonly string[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
};

/** The value that a share of all values does not exceed. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
};

/** Null without a run. */
export function medianOf(runs: readonly Figures[]): Figures | null {
  if (runs.length === 0) return null;
  const of = (figure: (run: Figures) => number) => median(runs.map(figure));
  const hasCpu = runs.every(({ cpuMicros }) => cpuMicros !== null);
  return {
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    cpuMicros: hasCpu ? of(({ cpuMicros }) => cpuMicros ?? NaN) : null,
  };
}

import { readFileSync } from 'node:fs';

import { hasCode } from '../../src/stores/embedded/process-identity.js';

interface Sample {
  atMs: number;
  mb: number;
}

/** The growth of one process after its warm-up. */
export interface Growth {
  pid: number;
  minutes: number;
  mb: number;
  mbPerMinute: number;
}

const SAMPLE_MS = 1_000;

/** Samples the resident memory of processes each second, from the first time that each is listed. */
export class MemoryWatch {
  private readonly samples = new Map<number, Sample[]>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pids: () => readonly (number | undefined)[],
    private readonly warmUpMs: number,
  ) {
    this.timer = setInterval(() => this.sample(), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get mostMb(): number {
    return Math.max(0, ...[...this.samples.values()].flat().map(({ mb }) => mb));
  }

  /** Of the processes that lived for at least `minutes` after their warm-up: the slope of a linear regression. */
  growths(minutes: number): Growth[] {
    return [...this.samples].flatMap(([pid, all]) => {
      const [first] = all;
      const settled = all.filter(({ atMs }) => atMs - (first?.atMs ?? 0) >= this.warmUpMs);
      const [from, to] = [settled.at(0), settled.at(-1)];
      if (!from || !to || to.atMs - from.atMs < minutes * 60_000) return [];
      return [{ pid, minutes: (to.atMs - from.atMs) / 60_000, mb: to.mb, mbPerMinute: slopeOf(settled) }];
    });
  }

  private sample(): void {
    for (const pid of this.pids()) {
      const mb = pid === undefined ? null : residentMb(pid);
      if (pid === undefined || mb === null) continue;
      const known = this.samples.get(pid) ?? [];
      this.samples.set(pid, known);
      known.push({ atMs: performance.now(), mb });
    }
  }
}

/** MB per minute. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [minute, mb] = [mean(({ atMs }) => atMs / 60_000), mean((sample) => sample.mb)];
  const covariance = mean((sample) => (sample.atMs / 60_000 - minute) * (sample.mb - mb));
  return covariance / mean(({ atMs }) => (atMs / 60_000 - minute) ** 2);
}

/** Null: the process is gone. */
function residentMb(pid: number): number | null {
  try {
    const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? null : Number(kb) / 1_024;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

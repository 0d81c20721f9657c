import { randomInt } from 'node:crypto';

import { describe } from 'vitest';

/**
 * The size of one run of a fault test, and its random numbers. `FULL=1`: the size for which the promise is stated;
 * otherwise a small one. `SEED=…` repeats the numbers of an earlier run, as `report` has printed them.
 */
export class FaultRun {
  readonly isFull = process.env['FULL'] === '1';
  readonly seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
  private state = this.seed;

  constructor(private readonly name: string) {}

  /** `describe`, or `whenFull`, for what has a full size alone. A run at the small size counts it as skipped, and prints the reason. */
  describeIfFull(
    reason: string,
    whenFull: typeof describe | typeof describe.skip = describe,
  ): typeof describe | typeof describe.skip {
    if (this.isFull) return whenFull;
    process.stderr.write(`SKIPPED ${this.name}: ${reason} (npm run test:faults -- ${this.name})\n`);
    return describe.skip;
  }

  size(small: number, full: number): number {
    return this.isFull ? full : small;
  }

  /** From 0 up to 1 (mulberry32). */
  random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  report(text: string): void {
    console.info(`${this.name} (${this.isFull ? 'full' : 'small'} size, SEED=${this.seed}): ${text}`);
  }
}

import { Injectable } from '@nestjs/common';

/** How an operation on both stores ended. `failed`: neither store could be reached. */
export type FallbackOutcome = 'mongodb' | 'postgres-fallback' | 'both' | 'mongodb-alone' | 'failed';

export interface OperationCount {
  operation: string;
  outcome: FallbackOutcome;
  count: number;
}

/** Counts this process's operations on both stores, by operation, for the metrics. */
@Injectable()
export class FallbackCounters {
  private readonly counts = new Map<string, OperationCount>();
  /** Records that the reconciler has made equal. */
  reconciled = 0;

  add(operation: string, outcome: FallbackOutcome): void {
    const key = `${operation} ${outcome}`;
    const counted = this.counts.get(key) ?? { operation, outcome, count: 0 };
    counted.count += 1;
    this.counts.set(key, counted);
  }

  get all(): readonly OperationCount[] {
    return [...this.counts.values()];
  }
}

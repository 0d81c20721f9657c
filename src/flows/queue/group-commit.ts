import { setTimeout as sleep } from 'node:timers/promises';

import { Unavailable } from '../../common/errors/kinds.js';
import { outsideRequest } from '../../common/http/request-context.js';
import { outsideTransaction } from '../../stores/postgres/transaction-scope.js';

/** More items wait for a store than this process may hold in memory. */
export class GroupsFull extends Unavailable {
  override code = 'service.backlog_full';

  constructor() {
    super('More is waiting to be stored than this service holds at once. Try again shortly.');
  }
}

interface Group<T> {
  items: readonly T[];
  weight: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * How many items one flush takes, and how many may wait. `weightOf`: the cost of an item, if items differ; 1 by
 * default.
 */
export interface GroupLimits<T> {
  /** The limit of one flush. The items that one caller added together are never split. */
  perFlush: number;
  /** The limit of what waits beside the flush under way. */
  waiting: number;
  weightOf?: (item: T) => number;
  /** How long a flush waits for further callers if more than one is waiting already. Default: not at all. */
  gatherMs?: number;
}

/**
 * Collects the items that arrive during a flush and flushes them together after it, so that many callers need few
 * round trips.
 */
export class GroupCommit<T> {
  private waiting: Group<T>[] = [];
  private waitingWeight = 0;
  private running: Promise<void> | null = null;

  constructor(
    private readonly limits: GroupLimits<T>,
    private readonly flush: (items: readonly T[]) => Promise<void>,
  ) {}

  /**
   * Resolves after the flush that contains these items. Rejects with its error, or with `GroupsFull` before any item
   * is kept.
   */
  add(items: readonly T[]): Promise<void> {
    if (items.length === 0) return Promise.resolve();
    const weight = this.weigh(items);
    const isFull = this.waiting.length > 0 && this.waitingWeight + weight > this.limits.waiting;
    if (isFull) return Promise.reject(new GroupsFull());
    this.waitingWeight += weight;
    const added = new Promise<void>((resolve, reject) =>
      this.waiting.push({ items, weight, resolve, reject }),
    );
    // The flush serves many callers, so it must neither join the transaction of the first one nor wait for its turn.
    this.running ??= outsideRequest(() => outsideTransaction(() => this.run())).finally(() => {
      this.running = null;
    });
    return added;
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.waiting.length > 1 && this.limits.gatherMs) await sleep(this.limits.gatherMs);
      const groups = this.take();
      try {
        await this.flush(groups.flatMap((group) => group.items));
        for (const group of groups) group.resolve();
      } catch (error) {
        for (const group of groups) group.reject(error);
      }
    }
  }

  private take(): Group<T>[] {
    let weight = 0;
    const end = this.waiting.findIndex(
      (group, index) => (weight += group.weight) > this.limits.perFlush && index > 0,
    );
    const taken = this.waiting.splice(0, end === -1 ? this.waiting.length : end);
    for (const group of taken) this.waitingWeight -= group.weight;
    return taken;
  }

  private weigh(items: readonly T[]): number {
    const { weightOf } = this.limits;
    return weightOf ? items.reduce((sum, item) => sum + weightOf(item), 0) : items.length;
  }
}

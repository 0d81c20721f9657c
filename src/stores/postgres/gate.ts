import { Unavailable } from '../../common/errors/kinds.js';

/** The queue for a connection is full, or the wait for one was too long. */
export class PoolExhausted extends Unavailable {
  override code = 'service.pool_exhausted';

  constructor() {
    super('The service is at its limit of concurrent work. Try again shortly.');
  }
}

interface Waiting {
  start: () => void;
  timer: NodeJS.Timeout;
}

/** Limits how many operations run, how many wait, and for how long, because the driver's own queue has no limit. */
export class Gate {
  private active = 0;
  private readonly queue: Waiting[] = [];

  constructor(private readonly limits: { concurrency: number; queue: number; waitMs: number }) {}

  get depth(): { active: number; waiting: number } {
    return { active: this.active, waiting: this.queue.length };
  }

  /** Throws `PoolExhausted` if the queue is full or the wait was too long. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.active >= this.limits.concurrency) await this.waitForTurn();
    else this.active += 1;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) {
        clearTimeout(next.timer);
        next.start();
      } else this.active -= 1;
    }
  }

  /** Resolves with the place of an operation that has ended, so `active` stays as it is. */
  private waitForTurn(): Promise<void> {
    if (this.queue.length >= this.limits.queue) return Promise.reject(new PoolExhausted());
    return new Promise((start, reject) => {
      const waiting: Waiting = {
        start,
        timer: setTimeout(() => {
          this.queue.splice(this.queue.indexOf(waiting), 1);
          reject(new PoolExhausted());
        }, this.limits.waitMs),
      };
      this.queue.push(waiting);
    });
  }
}

import { Unavailable } from '../../common/errors/kinds.js';
import { requestContext } from '../../common/http/request-context.js';
import { CallersInTurn } from '../../common/callers-in-turn.js';

/** How many times `waitMs` everything may wait that need not be refused early. */
const PATIENCE = 4;
/** As many may wait longer, because a small pool on a slow machine gets through them. */
const TOLERATED = 50;

/** The queue for a connection is full, or the wait for one was too long. */
export class PoolExhausted extends Unavailable {
  override code = 'service.pool_exhausted';

  constructor() {
    super('The service is at its limit of concurrent work. Try again shortly.');
  }
}

/** `waitMs`: after this time requests are refused while many wait. Few, and work that no client waits for, wait longer. */
export interface GateLimits {
  concurrency: number;
  /** How many operations of one caller may wait. */
  queue: number;
  waitMs: number;
}

/**
 * The limits of each pool. With the wait of `RequestAdmission` before it, a request that is refused is answered within a
 * second.
 */
export const POOL_QUEUE = { queue: 1_000, waitMs: 600 } as const;

interface Waiting {
  start: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Limits how many operations run, how many of one caller wait, and for how long, because the driver's own queue has no
 * limit. Callers take turns. Work outside a request is one caller.
 */
export class Gate {
  private active = 0;
  private readonly queue = new CallersInTurn<Waiting>();

  constructor(private readonly limits: GateLimits) {}

  get depth(): { active: number; waiting: number } {
    return { active: this.active, waiting: this.queue.size };
  }

  /** Throws `PoolExhausted` if the queue is full or the wait was too long. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.active >= this.limits.concurrency) await this.waitForTurn();
    else this.active += 1;
    try {
      return await work();
    } finally {
      const next = this.queue.take();
      if (next) {
        clearTimeout(next.timer);
        next.start();
      } else this.active -= 1;
    }
  }

  /** Resolves with the place of an operation that has ended, so `active` stays as it is. */
  private waitForTurn(): Promise<void> {
    const request = requestContext.getStore();
    const caller = request?.caller ?? '';
    if (this.queue.waitingOf(caller) >= this.limits.queue) return Promise.reject(new PoolExhausted());
    const { waitMs } = this.limits;
    return new Promise((start, reject) => {
      const refuse = (): void => {
        this.queue.remove(caller, waiting);
        reject(new PoolExhausted());
      };
      const look = (): void => {
        if (request && this.queue.size > TOLERATED) refuse();
        else waiting.timer = setTimeout(refuse, (PATIENCE - 1) * waitMs);
      };
      const waiting: Waiting = { start, timer: setTimeout(look, waitMs) };
      this.queue.add(caller, waiting);
    });
  }
}

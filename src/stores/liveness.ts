import { RoundTripEstimate } from './round-trip-estimate.js';
import { StoreUnavailable, type StoreName } from './store-unavailable.js';

/** How to check that one store answers, and which of its errors mean that it does not. */
export interface LivenessProbe {
  name: StoreName;
  /** A real round trip. It may hang, because `Liveness` limits it. */
  ping: () => Promise<unknown>;
  isConnectivityError: (error: unknown) => boolean;
  /** `reason`: the last error of the store, or that it did not answer. */
  onChange?: (isUp: boolean, reason: string) => void;
  /** Called if the store is still down and gives a reason that it has not given since it went down. */
  onOtherReason?: (reason: string) => void;
}

/** Called for every operation that was sent, with its name, its duration, and whether the store answered at all. */
export type OperationListener = (operation: string, durationMs: number, isAnswered: boolean) => void;

interface InFlight {
  startedAt: number;
  fail: (error: StoreUnavailable) => void;
}

const SWEEP_MS = 25;
const SILENCE_MS = 40;
const PING_BUDGET_MS = 100;
/** The longest wait for a ping, however slow the store has been. */
const LONGEST_PING_MS = 1_000;
const TICK_MS = 20;
/** A tick that comes this late shows that the machine is slow, not the store. */
const LATE_TICK_MS = 10;
/** Opening a connection for the first time takes longer than a ping. */
export const FIRST_CHECK_MS = 1_000;
/** A connection that has not answered a ping for so long counts as lost, so the next ping needs a new one. */
export const LOST_AFTER_MS = 1_500;
const RETRY_MS = [100, 250, 500, 1_000] as const;

/**
 * Knows whether a store answers, so that a dead or frozen store does not cost each caller a time-out.
 *
 * An idle store is not pinged. While operations are under way and none has been answered for 40 ms, a ping is sent. If
 * it has no answer after 100 ms, the store is down: every waiting operation fails at once with `StoreUnavailable`, and
 * later operations fail without being sent. A store that is down is pinged until it answers. So detection takes less
 * than 200 ms, and a slow query on a healthy store is never interrupted. On a busy machine both times grow with the
 * usual time of the answers, and time in which this process itself got no turn does not count, because being slow is
 * not being down.
 */
export class Liveness {
  private readonly inFlight = new Set<InFlight>();
  private readonly usual = new RoundTripEstimate();
  private up = true;
  private lastAnswerAt = 0;
  private sweeping: NodeJS.Timeout | null = null;
  private probing: Promise<boolean> | null = null;
  private recovering: NodeJS.Timeout | null = null;
  private closed = false;
  private lastReason = 'it has not been asked yet';
  private readonly toldReasons = new Set<string>();
  /** One listener, for the metrics. Must not throw. */
  onSettled: OperationListener | null = null;
  private readonly listeners: ((isUp: boolean) => void)[] = [];

  constructor(private readonly probe: LivenessProbe) {}

  get isUp(): boolean {
    return this.up;
  }

  /** Why the last ping had no answer. For the log, without a secret. */
  get reason(): string {
    return this.lastReason;
  }

  /** Calls the listener each time the store goes down or comes back, after the store itself. It must not throw. */
  onChange(listener: (isUp: boolean) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Runs an operation, or rejects with `StoreUnavailable` as soon as the store is known not to answer. `name` is its
   * label in the metrics: one of a fixed set, never derived from a request.
   */
  run<T>(operation: () => Promise<T>, name = 'operation'): Promise<T> {
    if (!this.up) return Promise.reject(new StoreUnavailable(this.probe.name));
    return new Promise<T>((resolve, reject) => {
      const entry: InFlight = { startedAt: performance.now(), fail: reject };
      this.inFlight.add(entry);
      this.sweeping ??= setInterval(() => this.sweep(), SWEEP_MS);
      operation().then(
        (value) => {
          this.answered(entry, name);
          resolve(value);
        },
        (error: unknown) => {
          if (this.probe.isConnectivityError(error)) {
            this.inFlight.delete(entry);
            this.onSettled?.(name, performance.now() - entry.startedAt, false);
            void this.check();
            return reject(new StoreUnavailable(this.probe.name, { cause: error }));
          }
          this.answered(entry, name);
          reject(error as Error);
        },
      );
    });
  }

  /** Pings the store now and returns whether it answered. Concurrent callers share one ping. Never rejects. */
  check(budgetMs = PING_BUDGET_MS): Promise<boolean> {
    // A ping opens a connection if there is none, and nothing would close that connection any more.
    if (this.closed) return Promise.resolve(false);
    this.probing ??= this.pingWithin(Math.max(budgetMs, this.overdueMs))
      .then((answered) => {
        if (answered) this.markUp();
        else this.markDown();
        return answered;
      })
      .finally(() => {
        this.probing = null;
      });
    return this.probing;
  }

  close(): void {
    this.closed = true;
    if (this.sweeping) clearInterval(this.sweeping);
    if (this.recovering) clearTimeout(this.recovering);
  }

  private answered(entry: InFlight, name: string): void {
    this.inFlight.delete(entry);
    this.lastAnswerAt = performance.now();
    const durationMs = this.lastAnswerAt - entry.startedAt;
    this.usual.add(durationMs);
    this.onSettled?.(name, durationMs, true);
  }

  private sweep(): void {
    const oldest = this.inFlight.values().next().value;
    if (!oldest) {
      if (this.sweeping) clearInterval(this.sweeping);
      this.sweeping = null;
      return;
    }
    const silentSince = Math.max(oldest.startedAt, this.lastAnswerAt);
    if (performance.now() - silentSince > Math.max(SILENCE_MS, this.overdueMs)) void this.check();
  }

  private get overdueMs(): number {
    return Math.min(LONGEST_PING_MS, this.usual.overdueMs);
  }

  private pingWithin(budgetMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const startedAt = performance.now();
      let tickedAt = startedAt;
      let waitedMs = 0;
      const ticking = setInterval(() => {
        const now = performance.now();
        if (now - tickedAt < TICK_MS + LATE_TICK_MS) waitedMs += now - tickedAt;
        tickedAt = now;
        if (waitedMs < budgetMs && now - startedAt < Math.max(budgetMs, LONGEST_PING_MS)) return;
        clearInterval(ticking);
        // Timers run before sockets are read, so an answer may have arrived already.
        setImmediate(() => {
          this.lastReason = 'no answer in time';
          resolve(false);
        });
      }, TICK_MS);
      const answer = (isAnswered: boolean): void => {
        clearInterval(ticking);
        resolve(isAnswered);
      };
      this.probe.ping().then(
        () => answer(true),
        (error: unknown) => {
          this.lastReason = reasonOf(error);
          answer(false);
        },
      );
    });
  }

  private markUp(): void {
    this.lastAnswerAt = performance.now();
    if (this.up) return;
    this.up = true;
    this.changed(true, '');
  }

  private markDown(): void {
    if (this.closed) return;
    const wasUp = this.up;
    this.up = false;
    for (const { fail } of this.inFlight) fail(new StoreUnavailable(this.probe.name));
    this.inFlight.clear();
    if (wasUp) this.changed(false, this.lastReason);
    else if (!this.toldReasons.has(this.lastReason)) this.probe.onOtherReason?.(this.lastReason);
    this.toldReasons.add(this.lastReason);
    if (!this.recovering) this.recover(0);
  }

  private changed(isUp: boolean, reason: string): void {
    this.toldReasons.clear();
    this.probe.onChange?.(isUp, reason);
    for (const listener of this.listeners) listener(isUp);
  }

  private recover(attempt: number): void {
    const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 1_000;
    this.recovering = setTimeout(() => {
      void this.check().then((isUp) => {
        this.recovering = null;
        if (!isUp && !this.closed) this.recover(attempt + 1);
      });
    }, waitMs);
    this.recovering.unref();
  }
}

/** The error in one line. An error of several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 300);
}

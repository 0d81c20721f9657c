import { type CountedAttempt, type Failures, FORGET_AFTER_MS, leftMs } from './login-failures.js';

const MEMORY_LIMIT = 10_000;

/** The failures that this process has seen, so that a lost Redis makes nobody forget. */
export class LocalLoginFailures {
  private readonly failures = new Map<string, Failures>();

  /** Counts the attempt, unless it has to wait. */
  attempt(key: string, free: number, nowMs: number): CountedAttempt {
    const before = this.get(key, nowMs);
    const isCounted = leftMs(before, free, nowMs) <= 0;
    if (isCounted) this.set(key, { count: before.count + 1, lastAtMs: nowMs });
    return { before, isCounted };
  }

  /** As if the attempt of `atMs` had not been; a later one stands. */
  takeBack(key: string, { before }: CountedAttempt, atMs: number): void {
    const now = this.failures.get(key);
    if (!now) return;
    const lastAtMs = now.lastAtMs === atMs ? before.lastAtMs : now.lastAtMs;
    if (now.count > 1) this.set(key, { count: now.count - 1, lastAtMs });
    else this.failures.delete(key);
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  private get(key: string, nowMs: number): Failures {
    const known = this.failures.get(key);
    return known && known.lastAtMs + FORGET_AFTER_MS > nowMs ? known : { count: 0, lastAtMs: nowMs };
  }

  private set(key: string, failures: Failures): void {
    this.failures.delete(key);
    this.failures.set(key, failures);
    const oldest = this.failures.keys().next().value;
    if (this.failures.size > MEMORY_LIMIT && oldest !== undefined) this.failures.delete(oldest);
  }
}

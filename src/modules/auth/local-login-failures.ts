import { LRUCache } from 'lru-cache';

import {
  afterFailure,
  afterSuccess,
  type FailurePolicy,
  type Failures,
  leftMs,
  NO_FAILURES,
} from './login-failures.js';

const MEMORY_LIMIT = 10_000;

/** The failures that this process has seen, which are kept even if Redis loses its data. */
export class LocalLoginFailures {
  private readonly failures = new LRUCache<string, Failures>({ max: MEMORY_LIMIT });

  /** Milliseconds to wait. 0 or less: no wait. */
  waitMs(key: string, policy: FailurePolicy, nowMs: number): number {
    return leftMs(this.failures.get(key) ?? NO_FAILURES, policy, nowMs);
  }

  /** Counts a failure, unless the key has to wait. Then it is not counted, and the wait is returned. */
  failed(key: string, policy: FailurePolicy, nowMs: number): number {
    const known = this.failures.get(key) ?? NO_FAILURES;
    const waitMs = leftMs(known, policy, nowMs);
    if (waitMs <= 0) this.failures.set(key, afterFailure(known, policy, nowMs));
    return waitMs;
  }

  succeeded(key: string, policy: FailurePolicy): void {
    const known = this.failures.get(key);
    if (!known) return;
    const left = afterSuccess(known, policy);
    if (left.level > 0) this.failures.set(key, left);
    else this.failures.delete(key);
  }
}

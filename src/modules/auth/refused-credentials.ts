import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

import { throttledAddress } from '../../common/http/client-address.js';
import { Clock } from '../../common/time/clock.js';
import { InvalidCredential, TooManyAttempts } from './auth.errors.js';
import { afterFailure, type Failures, levelAt, NO_FAILURES } from './login-failures.js';

/** An address may send so many different unknown credentials at once, and then one each second. */
const UNKNOWN = { free: 100, decayMs: 1_000, forgivenBySuccess: 0 };
const MEMORY_LIMIT = 10_000;
/** A credential that was unknown can become known only by a restored or migrated database. */
const REMEMBERED_MS = 10_000;

/**
 * Limits the lookups of unknown credentials, because a client can invent any number of them. Counted by this process
 * alone, since each process pays for its own lookups. A client that repeats one unknown credential costs one lookup
 * and counts once, so it does not use up the limit of an address that it shares. Credentials that this process has
 * accepted are never limited.
 */
@Injectable()
export class RefusedCredentials {
  private readonly addresses = new LRUCache<string, Failures>({ max: MEMORY_LIMIT });
  private readonly unknown = new LRUCache<string, number>({ max: MEMORY_LIMIT });
  private readonly known = new LRUCache<string, true>({ max: MEMORY_LIMIT });

  constructor(private readonly clock: Clock) {}

  /** Call it before the lookup. Throws `InvalidCredential`, `TooManyAttempts`. */
  assertAllowed(hash: string, address: string): void {
    if (this.known.has(hash)) return;
    const nowMs = this.clock.now().getTime();
    if (nowMs - (this.unknown.get(hash) ?? -Infinity) < REMEMBERED_MS) throw new InvalidCredential();
    const failures = this.addresses.get(throttledAddress(address));
    const beyond = failures ? levelAt(failures, UNKNOWN, nowMs) + 1 - UNKNOWN.free : 0;
    if (beyond > 0) throw new TooManyAttempts((beyond * UNKNOWN.decayMs) / 1_000);
  }

  accepted(hash: string): void {
    this.known.set(hash, true);
  }

  /** A lookup found no such credential. */
  notFound(hash: string, address: string): void {
    const nowMs = this.clock.now().getTime();
    const name = throttledAddress(address);
    this.known.delete(hash);
    this.unknown.set(hash, nowMs);
    this.addresses.set(name, afterFailure(this.addresses.get(name) ?? NO_FAILURES, UNKNOWN, nowMs));
  }
}

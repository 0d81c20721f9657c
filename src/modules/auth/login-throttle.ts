import { Injectable } from '@nestjs/common';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { TooManyAttempts } from './auth.errors.js';
import { LocalLoginFailures } from './local-login-failures.js';
import { type CountedAttempt, leftMs } from './login-failures.js';
import { SharedLoginFailures } from './shared-login-failures.js';

/** Failures that cost nothing, per account and per address; each further one doubles the wait. */
const FREE = { account: 5, address: 50 } as const;

/** An attempt as it was counted under one key. `shared` is null where Redis could not say. */
interface Counted {
  key: string;
  atMs: number;
  local: CountedAttempt;
  shared: CountedAttempt | null;
}

/** An attempt that may go on, counted as a failure until it is known to be none. */
export interface LoginAttempt {
  account: Counted;
  address: Counted;
}

/**
 * A growing delay after failed logins, per account and per address. Counted in Redis, so that all instances count
 * together, and in each instance, which counts for itself while Redis is away.
 */
@Injectable()
export class LoginThrottle {
  private readonly local = new LocalLoginFailures();
  private readonly prefix: string;

  constructor(
    config: Config,
    private readonly shared: SharedLoginFailures,
    private readonly clock: Clock,
  ) {
    this.prefix = `${config.redis.keyPrefix}:login`;
  }

  /**
   * Counts the attempt before the password is looked at, so that a burst cannot slip through. Throws `TooManyAttempts`:
   * then nothing is counted, and whoever comes back after that time is let through.
   */
  async begin(account: string, address: string): Promise<LoginAttempt> {
    const ofAccount = await this.count(
      `${this.prefix}:account:${sha256Hex(account.toLowerCase()).slice(0, 32)}`,
      FREE.account,
    );
    try {
      const ofAddress = await this.count(`${this.prefix}:address:${address}`, FREE.address);
      return { account: ofAccount, address: ofAddress };
    } catch (error) {
      await this.takeBack(ofAccount);
      throw error;
    }
  }

  /** A right password clears the account's failures, and takes its own attempt off the address's. */
  async succeeded({ account, address }: LoginAttempt): Promise<void> {
    this.local.forget(account.key);
    await this.shared.forget(account.key);
    await this.takeBack(address);
  }

  /** Both must let it through: Redis may have lost what this instance knows. */
  private async count(key: string, free: number): Promise<Counted> {
    const atMs = this.clock.now().getTime();
    const local = this.local.attempt(key, free, atMs);
    const shared = await this.shared.attempt(key, free, atMs);
    const counted = { key, atMs, local, shared };
    const waitMs = Math.max(leftMs(local.before, free, atMs), shared ? leftMs(shared.before, free, atMs) : 0);
    if (waitMs <= 0) return counted;
    await this.takeBack(counted);
    throw new TooManyAttempts(waitMs / 1_000);
  }

  private async takeBack({ key, atMs, local, shared }: Counted): Promise<void> {
    if (local.isCounted) this.local.takeBack(key, local, atMs);
    if (shared?.isCounted) await this.shared.takeBack(key, shared, atMs);
  }
}

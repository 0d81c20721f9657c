import { Injectable } from '@nestjs/common';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { throttledAddress } from '../../common/http/client-address.js';
import { foldCase } from '../../common/text/fold-case.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { TooManyAttempts } from './auth.errors.js';
import { LocalLoginFailures } from './local-login-failures.js';
import { type FailurePolicy, POLICIES } from './login-failures.js';
import { SharedLoginFailures } from './shared-login-failures.js';

/** An attempt to log in to an account with a password. */
export interface LoginAttempt {
  /** The account after the lookup. Null: no account has this name. */
  accountId: string | null;
  /** The name that the client sent. */
  name: string;
  address: string;
}

/**
 * A growing delay after failed logins, per account and per address. Failures are counted in Redis, so that all
 * instances share the counts. Each instance also counts itself, for the time while Redis is away. A failure is counted
 * after its password was checked, so attempts under way count nothing. If a burst of other attempts used up the free
 * failures first, the outcome of an attempt is not revealed.
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

  /** To be called before the password is checked. Throws `TooManyAttempts`. */
  async assertAllowed(attempt: LoginAttempt): Promise<void> {
    await this.forEach(attempt, async (key, policy, nowMs) =>
      Math.max(this.local.waitMs(key, policy, nowMs), await this.shared.waitMs(key, policy, nowMs)),
    );
  }

  /** Counts a wrong password. Throws `TooManyAttempts` if other attempts have used up the free failures meanwhile. */
  async failed(attempt: LoginAttempt): Promise<void> {
    await this.forEach(attempt, async (key, policy, nowMs) =>
      Math.max(this.local.failed(key, policy, nowMs), await this.shared.failed(key, policy, nowMs)),
    );
  }

  /**
   * A right password clears the account's failures. Throws `TooManyAttempts` like `failed`, in which case the password
   * does not count.
   */
  async succeeded(attempt: LoginAttempt): Promise<void> {
    await this.assertAllowed(attempt);
    await this.forEach(attempt, async (key, policy) => {
      this.local.succeeded(key, policy);
      await this.shared.succeeded(key, policy);
      return 0;
    });
  }

  private async forEach(
    attempt: LoginAttempt,
    ask: (key: string, policy: FailurePolicy, nowMs: number) => Promise<number>,
  ): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const waits = await Promise.all([
      ask(`${this.prefix}:account:${accountKey(attempt)}`, POLICIES.account, nowMs),
      ask(`${this.prefix}:address:${throttledAddress(attempt.address)}`, POLICIES.address, nowMs),
    ]);
    const waitMs = Math.max(...waits);
    if (waitMs > 0) throw new TooManyAttempts(waitMs / 1_000);
  }
}

/** One count for each account, whichever name was used for it. A name without an account is counted in the same way. */
const accountKey = ({ accountId, name }: LoginAttempt): string =>
  accountId ?? sha256Hex(foldCase(name)).slice(0, 32);

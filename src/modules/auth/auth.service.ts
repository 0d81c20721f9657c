import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import { isUsableHash } from '../../common/crypto/password-hash.js';
import { isOurHash } from '../../common/crypto/passwords.js';
import { newToken } from '../../common/crypto/tokens.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { userLoggedIn } from '../users/users.events.js';
import { type Account, AccountsRepository } from './accounts.pg.repository.js';
import type { LoginDto } from './auth.dto.js';
import { PasswordResetNeeded, WrongCredentials } from './auth.errors.js';
import { LoginThrottle } from './login-throttle.js';
import { SessionsService } from '../sessions/sessions.service.js';

const SESSION_MS = 30 * 24 * 3_600_000;

/** The origin of a login. */
export interface LoginOrigin {
  address: string;
  userAgent: string | null;
}

export interface StartedSession {
  token: string;
  expiresAt: Date;
  userId: string;
  organizationId: string;
}

/** Checks a password and creates a session. */
@Injectable()
export class AuthService {
  constructor(
    private readonly postgres: Postgres,
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly passwords: PasswordHashing,
  ) {}

  /** Throws `WrongCredentials`, `PasswordResetNeeded`, `TooManyAttempts`. */
  async login(input: LoginDto, origin: LoginOrigin): Promise<StartedSession> {
    const account = await this.accounts.findByLogin(input);
    const name = input.email ?? input.username ?? '';
    const attempt = { accountId: account?.id ?? null, name, address: origin.address };
    await this.throttle.assertAllowed(attempt);
    const checkedHash = await this.checked(account, input.password, origin.address);
    if (!account || checkedHash === null) {
      await this.throttle.failed(attempt);
      throw account ? wrongPasswordOf(account) : new WrongCredentials();
    }
    const keptHash = await this.upgraded(checkedHash, input.password, origin.address);
    await this.throttle.succeeded(attempt);
    return this.start(account, { checkedHash, keptHash }, origin);
  }

  /** The hash that the password matched. Null for a wrong password. An unknown account takes as long. */
  private async checked(account: Account | null, password: string, address: string): Promise<string | null> {
    const hash = account?.passwordHash ?? null;
    const isRight = await this.passwords.verify(address, hash, password);
    return isRight ? hash : null;
  }

  /**
   * The hash to store from now on. An imported hash is replaced by one of ours, because the password is known at this
   * moment.
   */
  private async upgraded(hash: string, password: string, address: string): Promise<string> {
    return isOurHash(hash) ? hash : this.passwords.hash(address, password);
  }

  private start(
    account: Account,
    { checkedHash, keptHash }: { checkedHash: string; keptHash: string },
    origin: LoginOrigin,
  ): Promise<StartedSession> {
    const { token, hash: tokenHash } = newToken('session', account.id);
    const expiresAt = new Date(this.clock.now().getTime() + SESSION_MS);
    return this.postgres.transaction(async (tx) => {
      // The password may have been changed since it was read. Then this login used the old password.
      const recorded = await this.accounts.recordLogin(tx, account.id, checkedHash, keptHash);
      const orgIds = recorded ? await this.accounts.organizationsOf(tx, account) : [];
      const [organizationId] = orgIds;
      if (organizationId === undefined) throw new WrongCredentials();
      const id = newId();
      await this.sessions.start(tx, {
        id,
        userId: account.id,
        organizationId,
        tokenHash,
        expiresAt,
        ...origin,
      });
      await this.outbox.add(tx, userLoggedIn(organizationId, account, id, orgIds));
      return { token, expiresAt, userId: account.id, organizationId };
    });
  }
}

/** If the hash cannot be checked, every password is wrong, and only a new password helps. */
const wrongPasswordOf = ({ passwordHash }: Account): Error =>
  passwordHash !== null && !isUsableHash(passwordHash) ? new PasswordResetNeeded() : new WrongCredentials();

import { Injectable, type OnModuleInit } from '@nestjs/common';

import { hashPassword } from '../../common/crypto/passwords.js';
import { isUsableHash, verifyPassword } from '../../common/crypto/password-hash.js';
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

/** Where a login came from. */
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

/** Turns a password into a session. */
@Injectable()
export class AuthService implements OnModuleInit {
  private decoyHash = '';

  constructor(
    private readonly postgres: Postgres,
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsService,
    private readonly throttle: LoginThrottle,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** An unknown account costs as much time as a wrong password. */
  async onModuleInit(): Promise<void> {
    this.decoyHash = await hashPassword(newId());
  }

  /** Throws `WrongCredentials`, `PasswordResetNeeded`, `TooManyAttempts`. */
  async login(input: LoginDto, origin: LoginOrigin): Promise<StartedSession> {
    const account = await this.accounts.findByLogin(input);
    const name = input.email ?? input.username ?? '';
    const attempt = { accountId: account?.id ?? null, name, address: origin.address };
    await this.throttle.assertAllowed(attempt);
    const checkedHash = await this.checked(account, input.password);
    if (!account || checkedHash === null) {
      await this.throttle.failed(attempt);
      throw account ? wrongPasswordOf(account) : new WrongCredentials();
    }
    await this.throttle.succeeded(attempt);
    return this.start(account, checkedHash, origin);
  }

  /** The hash that the password was found right against; null for a wrong one. */
  private async checked(account: Account | null, password: string): Promise<string | null> {
    const hash = account?.passwordHash ?? null;
    const isUsable = hash !== null && isUsableHash(hash);
    const isRight = await verifyPassword(isUsable ? hash : this.decoyHash, password);
    return isRight && isUsable ? hash : null;
  }

  private start(account: Account, checkedHash: string, origin: LoginOrigin): Promise<StartedSession> {
    const { token, hash: tokenHash } = newToken('session', account.id);
    const expiresAt = new Date(this.clock.now().getTime() + SESSION_MS);
    return this.postgres.transaction(async (tx) => {
      // The password may have been changed since it was read: then this login is one with the old password.
      const recorded = await this.accounts.recordLogin(tx, account.id, checkedHash);
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

/** A hash that cannot be checked makes every password a wrong one: what helps is a new password. */
const wrongPasswordOf = ({ passwordHash }: Account): Error =>
  passwordHash !== null && !isUsableHash(passwordHash) ? new PasswordResetNeeded() : new WrongCredentials();

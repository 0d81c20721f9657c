import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan, hasSession } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { AccountErasers } from '../../flows/erasure/account-erasers.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { LastOwner } from '../organizations/organizations.errors.js';
import { Ownership } from '../organizations/ownership.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccountSecrets } from './account-secrets.service.js';
import type { User, UserChanges } from './user.js';
import { toUserResponse } from './user.response.js';
import type { CreateUserDto, UpdateUserDto } from './users.dto.js';
import { CurrentPasswordNeeded, OwnPasswordHere } from './users.errors.js';
import { userCreated, userDeleted, userUpdated } from './users.events.js';
import { type UserFilter, UsersRepository } from './users.pg.repository.js';
import {
  canChangeCredentials,
  canCreateUser,
  canDeleteUser,
  canReadUsers,
  canSetPlatformRole,
  canUpdateUser,
  changesCredentials,
  isSelf,
} from './users.policy.js';

/** The actor of a change, the client's address, and the version to change. */
export interface Change {
  actor: Principal;
  address: string;
  ifMatch: string | undefined;
}
/** The time zone can be changed only with the profile. */
type AccountInput = UpdateUserDto & Pick<UserChanges, 'timeZone'>;

/** Accounts of one organisation. */
@Injectable()
export class UsersService {
  constructor(
    private readonly postgres: Postgres,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly erasers: AccountErasers,
    private readonly ownership: Ownership,
    private readonly outbox: Outbox,
    private readonly secrets: AccountSecrets,
  ) {}

  /** Throws `EmailTaken`, `UsernameTaken`, `Forbidden`. */
  async create(actor: Principal, input: CreateUserDto): Promise<User> {
    assertCan(canCreateUser(actor));
    if (input.role !== undefined && input.role !== 'user') assertCan(canSetPlatformRole(actor));
    const { password, password_hash: imported, ...fields } = input;
    const passwordHash = password === undefined ? imported : await this.secrets.hash(actor, password);
    return this.postgres.transaction(async (tx) => {
      const account = {
        id: newId(),
        organizationId: actor.orgId,
        ...fields,
        ...(passwordHash && { passwordHash }),
      };
      const user = await this.users.insert(tx, account, 'member');
      await this.outbox.add(tx, userCreated(actor, user));
      return user;
    });
  }

  async get(actor: Principal, id: string): Promise<User> {
    assertCan(canReadUsers(actor));
    const user = isId(id) ? await this.users.find(actor.orgId, id) : null;
    if (!user) throw new NotFound('There is no such user.');
    return user;
  }

  /** The caller's own account, which requires no permission. Throws `NotFound`. */
  async ownAccount(orgId: string, userId: string): Promise<User> {
    const user = await this.users.find(orgId, userId);
    if (!user) throw new NotFound('There is no such user.');
    return user;
  }

  /** Newest member first, and one more than `limit` if it exists. */
  list(actor: Principal, filter: UserFilter, limit: number, after: Position | null): Promise<User[]> {
    assertCan(canReadUsers(actor));
    return this.users.list(actor.orgId, filter, limit + 1, after);
  }

  /**
   * `shownAs`: the answer whose ETag `ifMatch` names. Throws `NotFound`, `PreconditionFailed`, `EmailTaken`,
   * `UsernameTaken`, `Forbidden`, `CurrentPasswordWrong`, `TooManyAttempts`.
   */
  async update(
    { actor, address, ifMatch }: Change,
    id: string,
    input: AccountInput,
    shownAs: (user: User) => object = toUserResponse,
  ): Promise<User> {
    const { password, current_password: given, ...fields } = input;
    const passwordHash = password === undefined ? undefined : await this.hashFor(actor, id, password);
    if (input.email !== undefined && hasSession(actor) && isSelf(actor, { id }))
      await this.assertOwnAddress(actor, address, input.email, given);
    return this.postgres.transaction(async (tx) => {
      const current = await this.users.findForUpdate(tx, actor.orgId, this.knownId(id));
      if (!current) throw new NotFound('There is no such user.');
      assertCan(canUpdateUser(actor, current));
      if (input.role !== undefined && input.role !== current.role) assertCan(canSetPlatformRole(actor));
      if (passwordHash !== undefined && isSelf(actor, current)) throw new OwnPasswordHere();
      assertIfMatch(ifMatch, shownAs(current));
      const changes: UserChanges = differing(current, { ...fields, ...(passwordHash && { passwordHash }) });
      if (Object.keys(changes).length === 0) return current;
      const orgIds = await this.users.organizationsOf(tx, id);
      const isMemberElsewhere = orgIds.some((orgId) => orgId !== current.organizationId);
      if (changesCredentials(changes)) assertCan(canChangeCredentials(actor, current, { isMemberElsewhere }));
      await this.users.update(tx, current.organizationId, id, changes);
      if (passwordHash !== undefined) await this.sessions.endAllOf(tx, id);
      const updated = await this.users.findForUpdate(tx, actor.orgId, id);
      if (!updated) throw new Error('A locked row disappeared');
      await this.outbox.add(tx, userUpdated(actor, updated, changes, orgIds));
      return updated;
    });
  }

  /** Throws `NotFound`, `PreconditionFailed`, `LastOwner` (of the managing organisation), `Forbidden`. */
  async delete(actor: Principal, id: string, ifMatch: string | undefined): Promise<void> {
    await this.postgres.transaction(async (tx) => {
      await this.ownership.lock(tx, this.knownId(id), actor.orgId);
      const current = await this.users.findForUpdate(tx, actor.orgId, id);
      if (!current) throw new NotFound('There is no such user.');
      assertCan(canDeleteUser(actor, current));
      assertIfMatch(ifMatch, toUserResponse(current));
      if (current.memberRole === 'owner' && (await this.ownership.isLast(tx, actor.orgId)))
        throw new LastOwner();
      const orgIds = await this.users.organizationsOf(tx, id);
      const erased = await this.erasers.erase(tx, actor, id, orgIds);
      const handedOver = await this.ownership.handOver(tx, id, actor.orgId);
      await this.users.delete(tx, current.organizationId, id);
      await this.outbox.add(
        tx,
        userDeleted(actor, current, orgIds, erased.tags),
        ...erased.events,
        ...handedOver,
      );
    });
  }

  /** Only for a caller that may change the account, because hashing takes longer than the lookup. */
  private async hashFor(actor: Principal, id: string, password: string): Promise<string> {
    const current = await this.ownAccount(actor.orgId, this.knownId(id));
    assertCan(canUpdateUser(actor, current));
    return this.secrets.hash(actor, password);
  }

  /** Prevents that a person who finds an open session takes the account over by changing its address. */
  private async assertOwnAddress(
    actor: Principal,
    address: string,
    email: string,
    password: string | undefined,
  ): Promise<void> {
    const current = await this.ownAccount(actor.orgId, actor.userId);
    if (current.email === email) return;
    if (password === undefined) throw new CurrentPasswordNeeded();
    await this.secrets.check(actor, address, password);
  }

  private knownId(id: string): string {
    if (!isId(id)) throw new NotFound('There is no such user.');
    return id;
  }
}

/** Only actual changes. An update without a difference writes nothing and has no activity entry. */
function differing(current: User, input: UserChanges): UserChanges {
  const entries = Object.entries(input).filter(
    ([name, value]) => value !== undefined && (!(name in current) || current[name as keyof User] !== value),
  );
  return Object.fromEntries(entries);
}

import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { MemberRole, Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { MembersRepository } from './members.pg.repository.js';
import type { Member } from './organization.js';
import { toMemberResponse } from './organization.response.js';
import { LastOwner, ManagedAccount } from './organizations.errors.js';
import { memberChanged } from './organizations.events.js';
import { canGrant, canRemove, mayGrant } from './organizations.policy.js';
import { OrganizationsService } from './organizations.service.js';
import { OwnersReadModel } from './owners.pg.read-model.js';

const notFound = () => new NotFound('There is no such member.');

/** The members of an organisation and their roles. */
@Injectable()
export class MembersService {
  constructor(
    private readonly postgres: Postgres,
    private readonly organizations: OrganizationsService,
    private readonly members: MembersRepository,
    private readonly owners: OwnersReadModel,
    private readonly apiKeys: ApiKeysService,
    private readonly outbox: Outbox,
  ) {}

  async list(caller: Principal, orgId: string, limit: number, after: Position | null): Promise<Member[]> {
    await this.organizations.actingIn(caller, orgId);
    return this.members.list(orgId, limit + 1, after);
  }

  /**
   * Null: the organisation manages no account with this address, so its person has to consent. Throws `AlreadyMember`.
   */
  async addManaged(
    caller: Principal,
    orgId: string,
    email: string,
    role: MemberRole,
  ): Promise<Member | null> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    assertCan(canGrant(actor, role));
    return this.postgres.transaction(async (tx) => {
      const account = await this.members.findManaged(tx, orgId, email);
      return account && this.insert(tx, actor, account.userId, role);
    });
  }

  /**
   * Part of the transaction in which a person accepts. `invitedBy` must still be allowed to grant the role. Throws
   * `AlreadyMember`, `Forbidden`.
   */
  async join(tx: Tx, actor: Principal, role: MemberRole, invitedBy: string): Promise<Member> {
    const inviter = await this.members.lockRole(tx, actor.orgId, invitedBy);
    assertCan(inviter !== null && mayGrant(inviter, role));
    return this.insert(tx, actor, actor.userId, role);
  }

  /** Throws `NotFound`. */
  async get(caller: Principal, orgId: string, userId: string): Promise<Member> {
    await this.organizations.actingIn(caller, orgId);
    const member = isId(userId) ? await this.members.find(orgId, userId) : null;
    if (!member) throw notFound();
    return member;
  }

  /** Throws `NotFound`, `PreconditionFailed`, `LastOwner`. */
  async setRole(
    caller: Principal,
    orgId: string,
    userId: string,
    role: MemberRole,
    ifMatch?: string,
  ): Promise<Member> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    return this.postgres.transaction(async (tx) => {
      await this.owners.lock(tx, orgId);
      const member = await this.existing(tx, orgId, userId);
      assertCan(canGrant(actor, member.role) && canGrant(actor, role));
      assertIfMatch(ifMatch, toMemberResponse(member));
      if (member.role === role) return member;
      await this.keepAnOwner(tx, orgId, member);
      await this.members.setRole(tx, orgId, userId, role);
      await this.outbox.add(tx, memberChanged(actor, 'member.updated', member, role));
      return { ...member, role };
    });
  }

  /**
   * Ends the membership, and the member's API keys in this organisation. Throws `NotFound`, `LastOwner`,
   * `ManagedAccount`.
   */
  async remove(caller: Principal, orgId: string, userId: string, ifMatch?: string): Promise<void> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    await this.postgres.transaction(async (tx) => {
      await this.owners.lock(tx, orgId);
      const member = await this.existing(tx, orgId, userId);
      assertCan(canRemove(actor, userId, member.role));
      assertIfMatch(ifMatch, toMemberResponse(member));
      await this.keepAnOwner(tx, orgId, member);
      if (member.managedBy === orgId) throw new ManagedAccount();
      await this.members.delete(tx, orgId, userId);
      const revoked = await this.apiKeys.revokeAllOf(tx, actor, userId);
      await this.outbox.add(tx, memberChanged(actor, 'member.removed', member, null), ...revoked);
    });
  }

  private async insert(tx: Tx, actor: Principal, userId: string, role: MemberRole): Promise<Member> {
    await this.members.insert(tx, actor.orgId, userId, role);
    const member = await this.existing(tx, actor.orgId, userId);
    await this.outbox.add(tx, memberChanged(actor, 'member.added', member, role));
    return member;
  }

  private async existing(tx: Tx, orgId: string, userId: string): Promise<Member> {
    const member = isId(userId) ? await this.members.findForUpdate(tx, orgId, userId) : null;
    if (!member) throw notFound();
    return member;
  }

  private async keepAnOwner(tx: Tx, orgId: string, leaving: Member): Promise<void> {
    if (leaving.role === 'owner' && (await this.owners.isLast(tx, orgId))) throw new LastOwner();
  }
}

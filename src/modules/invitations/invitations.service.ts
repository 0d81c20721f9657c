import { Injectable } from '@nestjs/common';

import { newToken, parseToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import type { MemberRole, Principal } from '../../common/http/principal.js';
import { assertCan, hasSession } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { foldCase } from '../../common/text/fold-case.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { MembersService } from '../organizations/members.service.js';
import type { Member } from '../organizations/organization.js';
import { AlreadyMember } from '../organizations/organizations.errors.js';
import { canGrant } from '../organizations/organizations.policy.js';
import { OrganizationsService } from '../organizations/organizations.service.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import type { Invitation } from './invitation.js';
import { AddressNotConfirmed, InvitationNotUsable, TooManyInvitations } from './invitations.errors.js';
import { invitationEvent } from './invitations.events.js';
import { InvitationsRepository } from './invitations.pg.repository.js';

const LIFETIME_MS = 7 * 24 * 3_600_000;
const MAX_OPEN = 1_000;

/** Invitations to accounts that the organisation does not manage, which become members only if they accept. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly invitations: InvitationsRepository,
    private readonly organizations: OrganizationsService,
    private readonly members: MembersService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The same whether there is an account of this address or not. Takes the place of an open one for it. Throws `Forbidden`,
   * `AlreadyMember`, `TooManyInvitations`.
   */
  async invite(
    caller: Principal,
    orgId: string,
    email: string,
    role: MemberRole,
  ): Promise<{ token: string; invitation: Invitation }> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    assertCan(canGrant(actor, role));
    const now = this.clock.now();
    const { token, hash: tokenHash } = newToken('invitation', actor.orgId);
    return this.postgres.transaction(async (tx) => {
      await this.invitations.lock(tx, actor.orgId);
      // The caller can see the members anyway.
      if (await this.invitations.hasMember(tx, actor.orgId, email)) throw new AlreadyMember();
      const replaced = await this.invitations.takeOpen(tx, actor.orgId, email, now);
      // To put another one in its place takes it back.
      assertCan(replaced === null || canGrant(actor, replaced.role));
      if ((await this.invitations.count(tx, actor.orgId, now)) >= MAX_OPEN)
        throw new TooManyInvitations(MAX_OPEN);
      const expiresAt = new Date(now.getTime() + LIFETIME_MS);
      const by = { organizationId: actor.orgId, invitedBy: actor.userId };
      const made = { id: newId(), ...by, email: foldCase(email), role, tokenHash, expiresAt };
      const invitation = await this.invitations.insert(tx, made);
      await this.outbox.add(
        tx,
        ...(replaced ? [invitationEvent('invitation.deleted', actor, replaced)] : []),
        invitationEvent('invitation.created', actor, invitation),
      );
      return { token, invitation };
    });
  }

  /** Newest first, and one more than `limit` if it exists. */
  async list(
    caller: Principal,
    orgId: string,
    limit: number,
    beforeId: string | null,
  ): Promise<Invitation[]> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    // Only callers that may invite can see the invitations.
    assertCan(canGrant(actor, 'viewer'));
    return this.invitations.list(actor.orgId, limit + 1, beforeId, this.clock.now());
  }

  /** Revokes it. Throws `NotFound`. */
  async delete(caller: Principal, orgId: string, id: string): Promise<void> {
    const { actor } = await this.organizations.actingIn(caller, orgId);
    await this.postgres.transaction(async (tx) => {
      const invitation = isId(id) ? await this.invitations.delete(tx, actor.orgId, id) : null;
      assertCan(canGrant(actor, invitation?.role ?? 'viewer'));
      if (!invitation) throw new NotFound('There is no such invitation.');
      await this.outbox.add(tx, invitationEvent('invitation.deleted', actor, invitation));
    });
  }

  /**
   * Called by the person whose confirmed address it names. Throws `SessionRequired`, `InvitationNotUsable`,
   * `AddressNotConfirmed`.
   */
  async accept(actor: Principal, token: string): Promise<{ orgId: string; member: Member }> {
    if (!hasSession(actor)) throw new SessionRequired();
    const parsed = parseToken(token);
    if (parsed?.kind !== 'invitation') throw new InvitationNotUsable();
    return this.postgres.transaction(async (tx) => {
      const person = await this.invitations.lockInvitee(tx, actor.userId);
      const invitation = await this.invitations.take(tx, parsed.hash);
      const isTheirs = person && invitation && invitation.email === foldCase(person.email);
      // Whatever is thrown from here on leaves the invitation where it was.
      if (!isTheirs || invitation.expiresAt <= this.clock.now()) throw new InvitationNotUsable();
      if (!person.isEmailConfirmed) throw new AddressNotConfirmed();
      const { organizationId: orgId, role, invitedBy } = invitation;
      return { orgId, member: await this.members.join(tx, { ...actor, orgId }, role, invitedBy) };
    });
  }
}

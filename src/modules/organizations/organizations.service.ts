import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan, hasSession } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { LateWrites } from '../../flows/erasure/late-writes.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { MembersRepository } from './members.pg.repository.js';
import type { Organization, OrganizationChanges } from './organization.js';
import { toOrganizationResponse } from './organization.response.js';
import { organizationCreated, organizationDeleted, organizationUpdated } from './organizations.events.js';
import { OrganizationsRepository } from './organizations.pg.repository.js';
import {
  canCreateOrganization,
  canDeleteOrganization,
  canReadOrganization,
  canUpdateOrganization,
} from './organizations.policy.js';
import { OwnersReadModel } from './owners.pg.read-model.js';

const notFound = () => new NotFound('There is no such organisation.');

/** The organisations of the caller. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersRepository,
    private readonly owners: OwnersReadModel,
    private readonly outbox: Outbox,
    private readonly lateWrites: LateWrites,
  ) {}

  /** All organisations of a person. Without a session: only the one that the caller acts in. */
  list(actor: Principal, limit: number, beforeId: string | null): Promise<Organization[]> {
    assertCan(canReadOrganization(actor));
    const only = hasSession(actor) ? null : actor.orgId;
    return this.organizations.list(actor.userId, only, limit + 1, beforeId);
  }

  /** Throws `SlugTaken`. */
  create(actor: Principal, input: { name: string; slug: string }): Promise<Organization> {
    assertCan(canCreateOrganization(actor));
    return this.postgres.transaction(async (tx) => {
      const organization = await this.organizations.insert(tx, { id: newId(), ...input }, actor.userId);
      await this.outbox.add(tx, organizationCreated(actor, organization.id));
      return organization;
    });
  }

  /** The organisation that the caller acts in, which requires no permission. Throws `NotFound` once it is deleted. */
  async ownOf(actor: Principal): Promise<{ organization: Organization }> {
    const organization = await this.organizations.find(actor.orgId, actor.userId);
    if (!organization) throw notFound();
    return { organization };
  }

  /** The caller as a member of the organisation in the path. Throws `NotFound` if they are none. */
  async actingIn(actor: Principal, id: string): Promise<{ actor: Principal; organization: Organization }> {
    assertCan(canReadOrganization(actor));
    const isInReach = hasSession(actor) || actor.orgId === id;
    const organization = isId(id) && isInReach ? await this.organizations.find(id, actor.userId) : null;
    if (!organization) throw notFound();
    return { actor: { ...actor, orgId: organization.id, role: organization.role }, organization };
  }

  /** Throws `NotFound`, `PreconditionFailed`, `SlugTaken`. */
  async update(
    caller: Principal,
    id: string,
    changes: OrganizationChanges,
    ifMatch?: string,
  ): Promise<Organization> {
    const { actor } = await this.actingIn(caller, id);
    assertCan(canUpdateOrganization(actor));
    return this.postgres.transaction(async (tx) => {
      const current = await this.organizations.findForUpdate(tx, id, actor.userId);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toOrganizationResponse(current));
      const changed = (['name', 'slug'] as const).filter(
        (field) => changes[field] !== undefined && changes[field] !== current[field],
      );
      if (changed.length === 0) return current;
      await this.organizations.update(tx, id, changes);
      await this.outbox.add(tx, organizationUpdated(actor, changed));
      return (await this.organizations.findForUpdate(tx, id, actor.userId)) ?? current;
    });
  }

  /** Throws `NotFound`, `PreconditionFailed`, `OrganizationNotEmpty`. */
  async delete(caller: Principal, id: string, ifMatch?: string): Promise<void> {
    const { actor } = await this.actingIn(caller, id);
    assertCan(canDeleteOrganization(actor));
    await this.postgres.transaction(async (tx) => {
      // The deletion removes every owner.
      await this.owners.lock(tx, id);
      const current = await this.organizations.findForUpdate(tx, id, actor.userId);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toOrganizationResponse(current));
      const memberIds = await this.members.idsOf(tx, id);
      await this.organizations.delete(tx, id);
      await this.lateWrites.ofOrganization(tx, id);
      await this.outbox.add(tx, organizationDeleted(actor, memberIds));
    });
  }
}

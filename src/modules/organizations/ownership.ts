import { Injectable } from '@nestjs/common';

import { LateWrites } from '../../flows/erasure/late-writes.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { MembersRepository } from './members.pg.repository.js';
import { organizationAbandoned, ownerSucceeded } from './organizations.events.js';
import { OrganizationsRepository } from './organizations.pg.repository.js';
import { OwnersReadModel } from './owners.pg.read-model.js';

/** Handles organisations whose owner's account is deleted. */
@Injectable()
export class Ownership {
  constructor(
    private readonly owners: OwnersReadModel,
    private readonly members: MembersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly lateWrites: LateWrites,
  ) {}

  /**
   * Until the transaction ends no other transaction can remove an owner of this account's organisations. Call it
   * before any row is locked.
   */
  lock(tx: Tx, userId: string, managingOrgId: string): Promise<void> {
    return this.owners.lockAllOf(tx, userId, managingOrgId);
  }

  /** Whether an owner is the only one. Call it after `lock`. */
  isLast(tx: Tx, orgId: string): Promise<boolean> {
    return this.owners.isLast(tx, orgId);
  }

  /**
   * Each other organisation that only this account owns gets its next member as owner, or is deleted if it has no
   * other member. So no organisation prevents the deletion of an account that it does not manage (ADR 14). Returns the
   * events.
   */
  async handOver(tx: Tx, userId: string, managingOrgId: string): Promise<DomainEvent[]> {
    const events: DomainEvent[] = [];
    for (const orgId of await this.owners.ownedAlone(tx, userId)) {
      if (orgId !== managingOrgId) events.push(await this.succeed(tx, orgId, userId));
    }
    return events;
  }

  private async succeed(tx: Tx, orgId: string, leavingId: string): Promise<DomainEvent> {
    for (;;) {
      const nextId = await this.members.successorOf(tx, orgId, leavingId);
      if (nextId === null) {
        await this.organizations.delete(tx, orgId);
        await this.lateWrites.ofOrganization(tx, orgId);
        return organizationAbandoned(orgId);
      }
      // Null: that account was deleted as well before its row could be locked.
      const next = await this.members.findForUpdate(tx, orgId, nextId);
      if (!next) continue;
      await this.members.setRole(tx, orgId, nextId, 'owner');
      return ownerSucceeded(orgId, next);
    }
  }
}

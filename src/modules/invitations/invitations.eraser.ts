import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { InvitationsRepository } from './invitations.pg.repository.js';

/**
 * Deletes invitations to the address of an account with the account. Invitations by the account are deleted with its
 * row.
 */
@Injectable()
export class InvitationsEraser implements AccountEraser {
  constructor(private readonly invitations: InvitationsRepository) {}

  async erase(tx: Tx, _actor: Principal, userId: string): Promise<Erased> {
    await this.invitations.forget(tx, userId);
    return { tags: [], events: [] };
  }
}

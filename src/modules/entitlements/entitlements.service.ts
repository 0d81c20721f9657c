import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { Entitlements } from './entitlements.js';
import { EntitlementsReadModel } from './entitlements.pg.read-model.js';
import { canReadEntitlements } from './entitlements.policy.js';

/** The caller's entitlements in the organisation. */
@Injectable()
export class EntitlementsService {
  constructor(private readonly entitlements: EntitlementsReadModel) {}

  get(actor: Principal): Promise<Entitlements> {
    assertCan(canReadEntitlements(actor));
    return this.own(actor);
  }

  /** The caller's own entitlements, which require no permission. */
  own(actor: Pick<Principal, 'orgId' | 'userId'>): Promise<Entitlements> {
    return this.entitlements.find(actor.orgId, actor.userId);
  }
}

import { Injectable } from '@nestjs/common';

import { ExplicitCache } from '../../cache/explicit-cache.js';
import type { Json } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { canReadDocuments } from '../documents/documents.policy.js';
import { canReadTransactions } from '../transactions/transactions.policy.js';
import { LayerEightAnswers, type LayerEightTransaction } from './layer-eight-answers.js';

/** Layer 8's reads. A caller without permission is refused before the cache is read. */
@Injectable()
export class LayerEight {
  constructor(
    private readonly cache: ExplicitCache,
    private readonly answers: LayerEightAnswers,
  ) {}

  /** Newest first, 1,000 at most. */
  transactions(
    actor: Principal,
    userId: string,
  ): Promise<{ value: LayerEightTransaction[]; isHit: boolean }> {
    assertCan(canReadTransactions(actor));
    const { request, load } = this.answers.transactions(actor.orgId, userId);
    return this.cache.read(request, load);
  }

  /** Throws `NotFound`. */
  document(actor: Principal, key: string): Promise<{ value: Json; isHit: boolean }> {
    assertCan(canReadDocuments(actor));
    const { request, load } = this.answers.document(actor.orgId, key);
    return this.cache.read(request, load);
  }
}

import { Injectable } from '@nestjs/common';

import { ExplicitCache } from '../../cache/explicit-cache.js';
import { tags } from '../../cache/tags.js';
import type { Json } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { canReadDocuments } from '../documents/documents.policy.js';
import { DocumentsService } from '../documents/documents.service.js';
import { canReadTransactions } from '../transactions/transactions.policy.js';
import { TransactionsService } from '../transactions/transactions.service.js';

/** Layer 8's times to live. */
const TRANSACTIONS_TTL_MS = 60_000;
const DOCUMENT_TTL_MS = 300_000;
const MAX_TRANSACTIONS = 1_000;

/** A transaction in Layer 8's form. */
export interface LayerEightTransaction {
  id: number;
  user_id: string;
  amount: number;
  transaction_type: string;
  created_at: string;
}

/** Layer 8's reads, through its own Redis keys `transactions:{user_id}` and `doc:{key}`. */
@Injectable()
export class LayerEight {
  constructor(
    private readonly cache: ExplicitCache,
    private readonly transactionsOf: TransactionsService,
    private readonly documents: DocumentsService,
  ) {}

  /** Newest first, 1,000 at most. A caller without permission is refused before the cache is read. */
  transactions(
    actor: Principal,
    userId: string,
  ): Promise<{ value: LayerEightTransaction[]; isHit: boolean }> {
    assertCan(canReadTransactions(actor));
    const request = {
      orgId: actor.orgId,
      name: `transactions:${userId}`,
      tags: [tags.collection(actor.orgId, 'transactions')],
      ttlMs: TRANSACTIONS_TTL_MS,
    };
    return this.cache.read(request, async () => {
      const found = await this.transactionsOf.list(actor, { userId }, MAX_TRANSACTIONS - 1, null);
      return found.map(({ id, amount, transactionType, createdAt }) => ({
        id,
        user_id: userId,
        amount: Number(amount.toString()),
        transaction_type: transactionType,
        created_at: createdAt.toISOString(),
      }));
    });
  }

  /** Throws `NotFound`. */
  document(actor: Principal, key: string): Promise<{ value: Json; isHit: boolean }> {
    assertCan(canReadDocuments(actor));
    const request = {
      orgId: actor.orgId,
      name: `doc:${key}`,
      tags: [tags.entity(actor.orgId, 'documents', key)],
      ttlMs: DOCUMENT_TTL_MS,
    };
    return this.cache.read(request, async () => (await this.documents.get(actor, key)).data);
  }
}

import { Injectable } from '@nestjs/common';

import type { ExplicitRequest } from '../../cache/explicit-cache.js';
import { tags } from '../../cache/tags.js';
import type { Json } from '../../common/http/merge-patch.js';
import { DocumentsService } from '../documents/documents.service.js';
import { TransactionsService } from '../transactions/transactions.service.js';

/** Layer 8's times to live. */
const TRANSACTIONS_TTL_MS = 60_000;
const DOCUMENT_TTL_MS = 300_000;
const MAX_TRANSACTIONS = 1_000;
const NAME = /^(transactions|doc):(.*)$/s;

/** A transaction in Layer 8's form. */
export interface LayerEightTransaction {
  id: number;
  user_id: string;
  amount: number;
  transaction_type: string;
  created_at: string;
}

/** A cached answer, and how it is made. */
export interface LayerEightAnswer<T> {
  request: ExplicitRequest;
  load: () => Promise<T>;
}

/** The answers under Layer 8's own Redis keys, for callers that have checked the permission. */
@Injectable()
export class LayerEightAnswers {
  constructor(
    private readonly transactionsOf: TransactionsService,
    private readonly documents: DocumentsService,
  ) {}

  /** Newest first, 1,000 at most. */
  transactions(orgId: string, userId: string): LayerEightAnswer<LayerEightTransaction[]> {
    const request = {
      orgId,
      name: `transactions:${userId}`,
      tags: [tags.collection(orgId, 'transactions')],
      ttlMs: TRANSACTIONS_TTL_MS,
    };
    const load = async () =>
      (await this.transactionsOf.newestOf(orgId, userId, MAX_TRANSACTIONS)).map(
        ({ id, amount, transactionType, createdAt }) => ({
          id,
          user_id: userId,
          amount: Number(amount.toString()),
          transaction_type: transactionType,
          created_at: createdAt.toISOString(),
        }),
      );
    return { request, load };
  }

  /** `load` throws `NotFound`. */
  document(orgId: string, key: string): LayerEightAnswer<Json> {
    const request = {
      orgId,
      name: `doc:${key}`,
      tags: [tags.entity(orgId, 'documents', key)],
      ttlMs: DOCUMENT_TTL_MS,
    };
    return { request, load: async () => (await this.documents.existing(orgId, key)).data };
  }

  /** The answer under a name that was read from Redis. Null: it is not one of Layer 8's names. */
  named(orgId: string, name: string): LayerEightAnswer<unknown> | null {
    const [, kind, rest = ''] = NAME.exec(name) ?? [];
    if (kind === undefined) return null;
    return kind === 'doc' ? this.document(orgId, rest) : this.transactions(orgId, rest);
  }
}

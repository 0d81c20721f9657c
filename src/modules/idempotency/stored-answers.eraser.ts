import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { AccountTextsReadModel } from './account-texts.pg.read-model.js';
import { IdempotencyKeysRepository } from './idempotency-keys.pg.repository.js';
import { Mentions } from './mentions.js';

/** Deletes stored answers with the account: those that were sent to it, and those that name it. */
@Injectable()
export class StoredAnswersEraser implements AccountEraser {
  constructor(
    private readonly accounts: AccountTextsReadModel,
    private readonly keys: IdempotencyKeysRepository,
    private readonly mentions: Mentions,
  ) {}

  async erase(tx: Tx, _actor: Principal, userId: string): Promise<Erased> {
    const { email, apiKeyIds } = await this.accounts.find(tx, userId);
    const principals = [`u:${userId}`, ...apiKeyIds.map((id) => `k:${id}`)];
    await this.keys.forget(tx, principals, this.mentions.of([userId, ...(email === null ? [] : [email])]));
    return { tags: [], events: [] };
  }
}

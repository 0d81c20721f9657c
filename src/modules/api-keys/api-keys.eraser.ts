import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { apiKeyLost } from './api-keys.events.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';

/** Deletes the API keys of an account with it, in every organisation. */
@Injectable()
export class ApiKeysEraser implements AccountEraser {
  constructor(private readonly apiKeys: ApiKeysRepository) {}

  async erase(tx: Tx, actor: Principal, userId: string): Promise<Erased> {
    const deleted = await this.apiKeys.deleteOfCreator(tx, userId);
    const live = deleted.filter(({ revokedAt }) => revokedAt === null);
    return { tags: [], events: live.map((key) => apiKeyLost(actor, key)) };
  }
}

import { Injectable } from '@nestjs/common';

import type { Tx } from '../../stores/postgres/postgres.js';
import type { CountedApiKey } from './api-key.js';
import type { ApiKeyPatch } from './api-key-patch.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { KeyCreditsRepository } from './key-credits.pg.repository.js';

/** A key and its credits, which are stored in separate tables, as one record. */
@Injectable()
export class StoredApiKeys {
  constructor(
    private readonly apiKeys: ApiKeysRepository,
    private readonly credits: KeyCreditsRepository,
  ) {}

  lock(tx: Tx, orgId: string, id: string, now: Date): Promise<CountedApiKey | null> {
    return this.apiKeys.findForUpdate(tx, orgId, id, now);
  }

  /** The key has to be locked. */
  async write(tx: Tx, key: CountedApiKey, { columns, credits }: ApiKeyPatch, now: Date): Promise<void> {
    await this.apiKeys.update(tx, key.organizationId, key.id, columns);
    if (credits === undefined) return;
    if (credits === null) await this.credits.delete(tx, key.id);
    else if (key.credits) await this.credits.update(tx, key.id, credits, now);
    else
      await this.credits.insert(
        tx,
        key.id,
        { remaining: credits.remaining ?? 0, refill: credits.refill ?? null },
        now,
      );
  }
}

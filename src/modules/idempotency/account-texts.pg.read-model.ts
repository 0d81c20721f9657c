import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { apiKeys } from '../api-keys/api-keys.table.js';
import { users } from '../users/users.table.js';

/** The texts by which a stored answer can identify an account. */
export interface AccountTexts {
  /** Null: there is no such account. */
  email: string | null;
  apiKeyIds: string[];
}

@Injectable()
export class AccountTextsReadModel {
  async find(tx: Tx, userId: string): Promise<AccountTexts> {
    const [account] = await tx.select({ email: users.email }).from(users).where(eq(users.id, userId));
    const keys = await tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.createdBy, userId));
    return { email: account?.email ?? null, apiKeyIds: keys.map(({ id }) => id) };
  }
}

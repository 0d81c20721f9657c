import { Injectable } from '@nestjs/common';

import { CachedTexts } from '../../cache/redis/cached-texts.js';
import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { UsersRepository } from './users.pg.repository.js';

/**
 * A cache entry contains the request that it answers, in JSON within JSON. It is unknown which searches found the
 * account, by which part of a name. So all entries of searches are deleted.
 */
const SEARCHES = ['email', 'username', 'q'].map((field) => JSON.stringify(`"${field}":`).slice(1, -1));

/** Deletes answers in Redis that show the account once it is deleted, instead of only letting them become stale. */
@Injectable()
export class CachedAccountEraser implements AccountEraser {
  constructor(
    private readonly postgres: Postgres,
    private readonly users: UsersRepository,
    private readonly cached: CachedTexts,
  ) {}

  async erase(tx: Tx, actor: Principal, userId: string): Promise<Erased> {
    const user = await this.users.findForUpdate(tx, actor.orgId, userId);
    // A name may be one letter, so it is searched with its quotation marks. Otherwise it would be part of every
    // answer.
    const texts = user ? [user.id, user.email, JSON.stringify(user.username), ...SEARCHES] : [userId];
    // The caller waits for the commit but not for the work after it.
    this.postgres.afterCommit(tx, () => Promise.resolve(this.cached.forget(texts)));
    return { tags: [], events: [] };
  }
}

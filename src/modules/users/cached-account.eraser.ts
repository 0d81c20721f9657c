import { Injectable } from '@nestjs/common';

import { CachedTexts } from '../../cache/redis/cached-texts.js';
import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { UsersRepository } from './users.pg.repository.js';

/**
 * An entry names the request that it answers, in JSON within JSON. Who was searched for by whom, and by which part of a name,
 * is not known: all entries of searches go.
 */
const SEARCHES = ['email', 'username', 'q'].map((field) => JSON.stringify(`"${field}":`).slice(1, -1));

/** Answers in Redis that show the account are deleted once it is gone, and not only out of date. */
@Injectable()
export class CachedAccountEraser implements AccountEraser {
  constructor(
    private readonly postgres: Postgres,
    private readonly users: UsersRepository,
    private readonly cached: CachedTexts,
  ) {}

  async erase(tx: Tx, actor: Principal, userId: string): Promise<Erased> {
    const user = await this.users.findForUpdate(tx, actor.orgId, userId);
    // A name may be one letter: between its quotation marks it is a name, and not a part of every answer.
    const texts = user ? [user.id, user.email, JSON.stringify(user.username), ...SEARCHES] : [userId];
    // The caller joins the commit and not what follows it.
    this.postgres.afterCommit(tx, () => Promise.resolve(this.cached.forget(texts)));
    return { tags: [], events: [] };
  }
}

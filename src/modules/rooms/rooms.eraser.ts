import { Inject, Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import { Reconciler } from '../../flows/fallback/reconciler.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { AUTHORS, type Authors } from './authors.js';
import { roomTags } from './rooms.events.js';
import { RoomsRepository } from './rooms.pg.repository.js';

/**
 * The messages of an erased person stay, without an author. MongoDB receives this like any other change that it has
 * missed.
 */
@Injectable()
export class RoomsEraser implements AccountEraser {
  constructor(
    private readonly postgres: Postgres,
    private readonly rooms: RoomsRepository,
    @Inject(AUTHORS) private readonly authors: Authors,
    private readonly reconciler: Reconciler,
  ) {}

  async erase(tx: Tx, _actor: Principal, userId: string): Promise<Erased> {
    const rooms = await this.rooms.roomsOf(tx, userId);
    await this.rooms.forgetDirectKeys(tx, userId);
    for (const messages of this.authors) await messages.forgetAuthor(tx, userId);
    this.postgres.afterCommit(tx, () => {
      this.reconciler.wake();
      return Promise.resolve();
    });
    return { tags: rooms.flatMap(({ orgId, roomId }) => roomTags(orgId, roomId)), events: [] };
  }
}

import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import type { Principal } from '../../common/http/principal.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { Declarations } from '../declarations.js';
import type { AccountEraser, Erased } from './account-eraser.js';
import { LateWrites } from './late-writes.js';

/** Runs the erasers of all features, one after the other. */
@Injectable()
export class AccountErasers {
  constructor(
    private readonly modules: ModuleRef,
    private readonly declarations: Declarations,
    private readonly lateWrites: LateWrites,
  ) {}

  /** Like `AccountEraser.erase`, with the results of all erasers. */
  async erase(tx: Tx, actor: Principal, userId: string, orgIds: readonly string[]): Promise<Erased> {
    const all: Erased[] = [];
    for (const type of this.declarations.erasers) {
      const eraser = this.modules.get<AccountEraser>(type, { strict: false });
      all.push(await eraser.erase(tx, actor, userId, orgIds));
    }
    await this.lateWrites.ofAccount(tx, userId, orgIds);
    return { tags: all.flatMap(({ tags }) => tags), events: all.flatMap(({ events }) => events) };
  }
}

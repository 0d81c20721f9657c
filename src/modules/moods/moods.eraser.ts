import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { moodCategoriesTag } from './mood-categories.events.js';

/** Categories are deleted with the row of their account, by the foreign key. */
@Injectable()
export class MoodsEraser implements AccountEraser {
  erase(_tx: Tx, _actor: Principal, _userId: string, orgIds: readonly string[]): Promise<Erased> {
    return Promise.resolve({ tags: orgIds.map(moodCategoriesTag), events: [] });
  }
}

import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { AccountEraser, Erased } from '../../flows/erasure/account-eraser.js';
import type { Tx } from '../../stores/postgres/postgres.js';

/** Tags are deleted with the row of their account, by the foreign key. */
@Injectable()
export class TagsEraser implements AccountEraser {
  erase(_tx: Tx, _actor: Principal, _userId: string, orgIds: readonly string[]): Promise<Erased> {
    return Promise.resolve({ tags: orgIds.map((orgId) => tags.collection(orgId, 'tags')), events: [] });
  }
}

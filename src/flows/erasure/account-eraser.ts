import type { Principal } from '../../common/http/principal.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { DomainEvent } from '../outbox/domain-event.js';

/** What was taken away: cache tags that it makes stale, and events that tell of it. */
export interface Erased {
  tags: readonly string[];
  events: readonly DomainEvent[];
}

/** Takes away what an account leaves in the tables of one feature. */
export interface AccountEraser {
  /**
   * Part of the transaction that deletes the account, before its row goes. `orgIds`: every organisation the account
   * belongs to. Rows that a foreign key deletes need not be deleted here, but their tags have to be given.
   */
  erase(tx: Tx, actor: Principal, userId: string, orgIds: readonly string[]): Promise<Erased>;
}

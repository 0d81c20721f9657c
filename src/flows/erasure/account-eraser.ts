import type { Principal } from '../../common/http/principal.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { DomainEvent } from '../outbox/domain-event.js';

/** The result of an erasure: the cache tags that became stale, and the events that report it. */
export interface Erased {
  tags: readonly string[];
  events: readonly DomainEvent[];
}

/** Erases what an account has left in the tables of one feature. */
export interface AccountEraser {
  /**
   * Runs in the transaction that deletes the account, before its row is deleted. `orgIds`: every organisation that the
   * account belongs to. Rows that a foreign key deletes need not be deleted here, but their tags must be returned.
   */
  erase(tx: Tx, actor: Principal, userId: string, orgIds: readonly string[]): Promise<Erased>;
}

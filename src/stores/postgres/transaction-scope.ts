import { AsyncLocalStorage } from 'node:async_hooks';

import type { AfterCommit, Tx } from './db.js';

const current = new AsyncLocalStorage<TransactionScope | undefined>();

/**
 * Runs `work` as if there were no transaction around it. For work that other callers share, such as a load of the
 * cache or the flush of a group, and for work that continues after the request.
 */
export const outsideTransaction = <T>(work: () => T): T => current.run(undefined, work);

/** What a transaction scope needs from the pool. */
export interface ScopeOwner {
  /** Sends statements, and records the hooks of `tx` until it ends. */
  register: (tx: Tx, hooks: AfterCommit[]) => void;
}

/**
 * A transaction that everything inside joins. It is open from the first `savepoint` on, so that the work before holds
 * no connection. Each transaction inside is a savepoint, so that it can fail alone. Savepoints that are requested in
 * parallel run one after the other, because they share one connection. Work that still runs after the end of the scope
 * is outside it.
 */
export class TransactionScope {
  private isEnded = false;
  private opening: Promise<Tx> | null = null;
  private openTx: Tx | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly owner: ScopeOwner,
    private readonly hooks: AfterCommit[],
    private readonly open: () => Promise<Tx>,
  ) {}

  /** The innermost open scope of this owner around the caller. */
  static of(owner: ScopeOwner): TransactionScope | null {
    const scope = current.getStore();
    return scope && scope.owner === owner && !scope.isEnded ? scope : null;
  }

  /** Null: not open yet, so statements go to the pool. */
  get tx(): Tx | null {
    return this.openTx;
  }

  /** Runs `work` inside the scope, which ends with it. */
  async around<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  end(): void {
    this.isEnded = true;
  }

  opened(): Promise<Tx> {
    this.opening ??= this.open().then((tx) => (this.openTx = tx));
    return this.opening;
  }

  /** Commits with the whole transaction. Rolls back alone if `work` rejects. */
  savepoint<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = this.turn.then(() => this.nested(work));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async nested<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const tx = await this.opened();
    const hooks: AfterCommit[] = [];
    const value = await tx.transaction(async (inner) => {
      this.owner.register(inner, hooks);
      const scope = new TransactionScope(this.owner, hooks, () => Promise.resolve(inner));
      await scope.opened();
      try {
        return await scope.around(() => work(inner));
      } finally {
        scope.end();
      }
    });
    this.hooks.push(...hooks);
    return value;
  }
}

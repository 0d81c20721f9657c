/** Waiting entries of callers who take turns: the callers in the order of their turns, of each its oldest entry first. */
export class CallersInTurn<T> {
  private readonly callers = new Map<string, T[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  waitingOf(caller: string): number {
    return this.callers.get(caller)?.length ?? 0;
  }

  add(caller: string, entry: T): void {
    const entries = this.callers.get(caller);
    if (entries) entries.push(entry);
    else this.callers.set(caller, [entry]);
    this.count += 1;
  }

  /** The entry whose turn it is. Its caller is then behind all others. */
  take(): T | undefined {
    const [first] = this.callers;
    if (!first) return undefined;
    const [caller, entries] = first;
    const entry = entries.shift();
    this.callers.delete(caller);
    if (entries.length > 0) this.callers.set(caller, entries);
    this.count -= 1;
    return entry;
  }

  /** Removes an entry that waits no longer. */
  remove(caller: string, entry: T): void {
    const entries = this.callers.get(caller);
    const at = entries?.indexOf(entry) ?? -1;
    if (!entries || at === -1) return;
    entries.splice(at, 1);
    if (entries.length === 0) this.callers.delete(caller);
    this.count -= 1;
  }
}

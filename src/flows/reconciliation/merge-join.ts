/** Two records with equal keys, or one record without a partner. */
export interface Pair<L, R> {
  key: string;
  left: L | null;
  right: R | null;
}

/** One side of a join: a stream of batches in ascending key order. */
export interface Side<T> {
  batches: AsyncIterable<readonly T[]>;
  keyOf: (record: T) => string;
}

/** Walks one side. */
class Cursor<T> {
  private readonly iterator: AsyncIterator<readonly T[]>;
  private batch: readonly T[] = [];
  private at = 0;

  constructor(private readonly side: Side<T>) {
    this.iterator = side.batches[Symbol.asyncIterator]();
  }

  get current(): T | undefined {
    return this.batch[this.at];
  }

  get key(): string | undefined {
    const { current } = this;
    return current === undefined ? undefined : this.side.keyOf(current);
  }

  advance(): void {
    this.at += 1;
  }

  /** False when there is nothing more on this side. */
  async fill(): Promise<boolean> {
    while (this.at >= this.batch.length) {
      const next = await this.iterator.next();
      if (next.done) return false;
      this.batch = next.value;
      this.at = 0;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}

/**
 * The full outer join of two sides, in key order and in batches. Memory holds one batch of each side, and the batch
 * that each side reads ahead.
 */
export async function* mergeJoin<L, R>(
  left: Side<L>,
  right: Side<R>,
  batchSize: number,
): AsyncGenerator<Pair<L, R>[]> {
  const [one, other] = [new Cursor(left), new Cursor(right)];
  try {
    let pairs: Pair<L, R>[] = [];
    while (((await one.fill()) ? 1 : 0) + ((await other.fill()) ? 1 : 0) > 0) {
      do pairs.push(nextPair(one, other));
      while (pairs.length < batchSize && one.current !== undefined && other.current !== undefined);
      if (pairs.length < batchSize) continue;
      yield pairs;
      pairs = [];
    }
    if (pairs.length > 0) yield pairs;
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}

function nextPair<L, R>(one: Cursor<L>, other: Cursor<R>): Pair<L, R> {
  const [leftKey, rightKey] = [one.key, other.key];
  const takesLeft = leftKey !== undefined && (rightKey === undefined || leftKey <= rightKey);
  const takesRight = rightKey !== undefined && (leftKey === undefined || rightKey <= leftKey);
  const pair = {
    key: (takesLeft ? leftKey : rightKey) ?? '',
    left: takesLeft ? (one.current ?? null) : null,
    right: takesRight ? (other.current ?? null) : null,
  };
  if (takesLeft) one.advance();
  if (takesRight) other.advance();
  return pair;
}

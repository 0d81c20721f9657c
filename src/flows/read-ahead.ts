import { AsyncLocalStorage } from 'node:async_hooks';

/** Within this scope nothing is read ahead, so that a pause between two batches is a pause for the stores too. */
export const withoutReadAhead = new AsyncLocalStorage<true>();

/** The batches of a stream. The next batch is fetched while the present one is processed. */
export async function* readAhead<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  if (withoutReadAhead.getStore()) {
    yield* batches;
    return;
  }
  const iterator = batches[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // Its failure is thrown when it is awaited, which may be later.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let following = fetch(); ;) {
      const next = await following;
      if (next.done) return;
      following = fetch();
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

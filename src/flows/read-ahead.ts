import { AsyncLocalStorage } from 'node:async_hooks';

/** Within it nothing is read ahead: a pause between two batches is then a pause of the stores, too. */
export const withoutReadAhead = new AsyncLocalStorage<true>();

/** The batches of a stream; the next one is fetched while the present one is worked on. */
export async function* readAhead<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  if (withoutReadAhead.getStore()) {
    yield* batches;
    return;
  }
  const iterator = batches[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // Its failure is thrown where it is awaited, which may be only later.
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

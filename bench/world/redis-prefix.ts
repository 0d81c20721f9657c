import { createClient } from 'redis';

/** Of the benchmark alone, ours and the stock cache's keys alike. */
export const REDIS_PREFIX = 'triptych-bench';

/** Removes every key of the benchmark, and no other. */
export async function clearRedis(url: string): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  // Every command below rejects as well; without a listener the process would end.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for await (const key of client.scanIterator({ MATCH: `${REDIS_PREFIX}*`, COUNT: 1_000 })) {
      await client.unlink(key);
    }
  } finally {
    await client.disconnect();
  }
}

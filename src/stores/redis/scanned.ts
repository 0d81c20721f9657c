import type { RedisNode } from './redis-node.js';

/**
 * The keys of one server that match, page by page. A page may be empty, and a key may be in several pages. Each key
 * that exists throughout is in one.
 */
export async function* scanned(
  node: RedisNode,
  options: { MATCH: string; COUNT: number },
  budgetMs: number,
): AsyncGenerator<string[]> {
  let cursor = 0;
  do {
    const from = cursor;
    const page = await node.run((client) => client.scan(from, options), budgetMs);
    yield page.keys;
    cursor = page.cursor;
  } while (cursor !== 0);
}

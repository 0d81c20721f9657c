import type { RedisNode } from '../../../stores/redis/redis-node.js';
import { persistently } from '../persistently.js';

/** The same server, with every command repeated while it is away. */
export const patient = (node: RedisNode): RedisNode => ({
  run: (command, budgetMs) => persistently(() => node.run(command, budgetMs)),
  holds: (key) => node.holds(key),
});

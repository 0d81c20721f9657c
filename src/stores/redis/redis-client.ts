import { createClient } from 'redis';

import { redisOptions, type RedisServer } from './redis-options.js';

/** Liveness decides when to connect again. */
export const createOfflineClient = (server: RedisServer) => createClient(redisOptions(server));

export type RedisClient = ReturnType<typeof createOfflineClient>;

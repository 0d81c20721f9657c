import { embeddedRedis } from '../../../src/stores/embedded/embedded-redis.js';
import { privateDataDir, PrivateStore } from '../../support/private-store.js';
import { storeProgram } from '../../support/store-programs.js';

/** A Redis server of one test alone, from the program that the shared one runs on. */
export async function startPrivateRedis(name: string): Promise<PrivateStore> {
  const program = storeProgram('redis');
  const server = program && (await embeddedRedis(await privateDataDir(name, { fresh: true }), [program]));
  if (!server) throw new Error('There is no Redis server to start');
  return PrivateStore.start(server);
}

import { embeddedMongodb } from '../../src/stores/embedded/embedded-mongodb.js';
import { privateDataDir, PrivateStore } from './private-store.js';
import { storeProgram } from './store-programs.js';

/**
 * A MongoDB server of one test alone, from the program that the shared one runs on. Null, with the reason printed,
 * where there is only a URI.
 */
export async function startPrivateMongo(name: string): Promise<PrivateStore | null> {
  const program = storeProgram('mongodb');
  if (!program) {
    console.warn(`${name}: no MongoDB program on this machine to start a private server from: skipped`);
    return null;
  }
  const data = await privateDataDir(name, { fresh: true });
  return PrivateStore.start(await embeddedMongodb(data, [program]));
}

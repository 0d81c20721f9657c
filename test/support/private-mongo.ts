import { embeddedMongodb } from '../../src/stores/embedded/embedded-mongodb.js';
import { privateDataDir, PrivateStore } from './private-store.js';
import { storeProgram } from './store-programs.js';

/** A MongoDB server for one test, started from the program of the shared one: see `describeWithPrivate`. */
export async function startPrivateMongo(name: string): Promise<PrivateStore> {
  const program = storeProgram('mongodb');
  if (!program) throw new Error('No MongoDB program on this machine to start a private server from');
  const data = await privateDataDir(name, { fresh: true });
  return PrivateStore.start(await embeddedMongodb(data, [program]));
}

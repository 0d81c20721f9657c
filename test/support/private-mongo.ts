import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { embeddedMongodb } from '../../src/stores/embedded/embedded-mongodb.js';
import { programsFrom, type StoreProgram } from '../../src/stores/embedded/programs.js';
import { hasCode } from '../../src/stores/embedded/process-identity.js';
import { privateDataDir, PrivateStore } from './private-store.js';

/**
 * A MongoDB server of one test alone, from the program that the shared one runs on. Null, with the reason printed,
 * where there is only a URI.
 */
export async function startPrivateMongo(name: string): Promise<PrivateStore | null> {
  const program = mongoProgram();
  if (!program) {
    console.warn(`${name}: no MongoDB program on this machine to start a private server from: skipped`);
    return null;
  }
  const data = await privateDataDir(name, { fresh: true });
  return PrivateStore.start(await embeddedMongodb(data, [program]));
}

/** The program of the server in `stores.json`, one that the bootstrap has found, or one in its usual places. */
export function mongoProgram(): StoreProgram | null {
  return runningProgram() ?? programsFrom(process.env).mongodb[0] ?? usualProgram();
}

function runningProgram(): StoreProgram | null {
  const file = process.env['TRIPTYCH_STORES'];
  if (file === undefined) return null;
  const { mongodb } = JSON.parse(readFileSync(file, 'utf8')) as { mongodb: { kind: string; pid: number | null } };
  if (mongodb.pid === null) return null;
  try {
    return { kind: mongodb.kind, path: readlinkSync(`/proc/${mongodb.pid}/exe`) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return null;
    throw error;
  }
}

function usualProgram(): StoreProgram | null {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), path.join(cache, 'triptych', 'secantus', 'bin')];
  const candidates = [
    ...folders.map((folder) => ({ kind: 'mongod', path: path.join(folder, 'mongod') })),
    ...folders.map((folder) => ({ kind: 'secantusdb', path: path.join(folder, 'secantusd-rs') })),
  ];
  return candidates.find((candidate) => isExecutable(candidate.path)) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return false;
    throw error;
  }
}

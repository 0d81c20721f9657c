import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { embeddedRedis } from '../../../src/stores/embedded/embedded-redis.js';
import { programsFrom, type StoreProgram } from '../../../src/stores/embedded/programs.js';
import { hasCode } from '../../../src/stores/embedded/process-identity.js';
import { privateDataDir, PrivateStore } from '../../support/private-store.js';

/** A Redis server of one test alone, from the program that the shared one runs on. */
export async function startPrivateRedis(name: string): Promise<PrivateStore> {
  const server = await embeddedRedis(await privateDataDir(name, { fresh: true }), [redisProgram()]);
  if (!server) throw new Error('There is no Redis server to start');
  return PrivateStore.start(server);
}

/** The program of the server in `stores.json`, one that the bootstrap has found, or one in its usual places. */
function redisProgram(): StoreProgram {
  const program = runningProgram() ?? programsFrom(process.env).redis[0] ?? usualProgram();
  if (!program) throw new Error('No redis-server or valkey-server was found. Run the tests with `npm test`.');
  return program;
}

function runningProgram(): StoreProgram | null {
  const file = process.env['TRIPTYCH_STORES'];
  if (file === undefined) return null;
  const { redis } = JSON.parse(readFileSync(file, 'utf8')) as { redis: { kind: string; pid: number | null } };
  if (redis.pid === null) return null;
  try {
    return { kind: redis.kind, path: readlinkSync(`/proc/${redis.pid}/exe`) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return null;
    throw error;
  }
}

function usualProgram(): StoreProgram | null {
  const cache = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
    'triptych',
    'valkey',
  );
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), path.join(cache, '9.1.2.post2')];
  const candidates = ['redis-server', 'valkey-server'].flatMap((kind) =>
    folders.map((folder) => ({ kind, path: path.join(folder, kind) })),
  );
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

import { accessSync, constants, globSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect } from 'vitest';

import { hasCode } from '../../src/stores/embedded/process-identity.js';
import { programsFrom, type StoreProgram } from '../../src/stores/embedded/programs.js';

type Name = 'mongodb' | 'redis';

/** Where `scripts/bootstrap.mjs` keeps fetched and built programs. */
const cached = (...parts: string[]): string =>
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'triptych', ...parts);

const onPath = (program: string): string[] =>
  (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, program));

const USUAL: Readonly<Record<Name, () => StoreProgram[]>> = {
  mongodb: () => [
    ...onPath('mongod').map((file) => ({ kind: 'mongod', path: file })),
    ...[...onPath('secantusd-rs'), ...globSync(cached('secantus', '*', 'bin', 'secantusd-rs'))].map(
      (file) => ({
        kind: 'secantusdb',
        path: file,
      }),
    ),
  ],
  redis: () => [
    ...onPath('redis-server').map((file) => ({ kind: 'redis-server', path: file })),
    ...[...onPath('valkey-server'), ...globSync(cached('valkey', '*', 'valkey-server'))].map((file) => ({
      kind: 'valkey-server',
      path: file,
    })),
  ],
};

/**
 * The program of the shared server in `stores.json`, one that the bootstrap has found, or one in its usual places.
 * Null if there is only a URI.
 */
export const storeProgram = (name: Name): StoreProgram | null =>
  runningProgram(name) ??
  programsFrom(process.env)[name][0] ??
  USUAL[name]().find((candidate) => isExecutable(candidate.path)) ??
  null;

/**
 * `describe` for tests that start, kill and freeze servers of their own. If one of `names` has only a URI and no
 * program, they count as skipped.
 */
export function describeWithPrivate(...names: [Name, ...Name[]]): typeof describe | typeof describe.skip {
  const missing = names.filter((name) => !storeProgram(name));
  if (missing.length === 0) return describe;
  return skipped(`no program of ${missing.join(', ')} on this machine to start a private server from`);
}

/**
 * `describe` for tests of commands that start every store themselves, because the bootstrap finds programs only for
 * stores without a URL.
 */
export function describeWithPrograms(): typeof describe | typeof describe.skip {
  if (programsFrom(process.env).mongodb.length > 0) return describe;
  return skipped('the stores have URLs, so the bootstrap has looked for no programs to start stores from');
}

/** Vitest prints no reason for a file in which every test is skipped. */
function skipped(reason: string): typeof describe.skip {
  const file = path.relative(process.cwd(), expect.getState().testPath ?? '');
  process.stderr.write(`SKIPPED ${file}: ${reason}\n`);
  return describe.skip;
}

function runningProgram(name: Name): StoreProgram | null {
  const file = process.env['TRIPTYCH_STORES'];
  if (file === undefined) return null;
  const stores = JSON.parse(readFileSync(file, 'utf8')) as Record<Name, { kind: string; pid: number | null }>;
  const { kind, pid } = stores[name];
  if (pid === null) return null;
  try {
    const resolved = readlinkSync(`/proc/${pid}/exe`);
    // Debian's redis-server is a link to redis-check-rdb, which is a server only under the name of the link.
    const named = path.join(path.dirname(resolved), kind);
    return { kind, path: isExecutable(named) ? named : resolved };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return null;
    throw error;
  }
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

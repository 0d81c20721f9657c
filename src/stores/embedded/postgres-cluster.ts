import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import type { PostgresPlacement } from './postgres-placement.js';
import { commandLineOf, hasCode, signalProcess } from './process-identity.js';

/** The role and the database of the embedded PostgreSQL. */
export const POSTGRES_NAME = 'triptych';

export const clusterFolder = (placement: PostgresPlacement): string => path.join(placement.home, 'cluster');

// The caller's environment (PGDATA, PGPORT, a locale that is not installed) must have no influence.
export const postgresEnv = (): { env?: NodeJS.ProcessEnv } =>
  process.platform === 'win32' ? {} : { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };

async function run(placement: PostgresPlacement, program: string, args: string[], input = ''): Promise<void> {
  const child = spawn(path.join(placement.bin, program), args, {
    ...placement.user,
    cwd: placement.home,
    ...postgresEnv(),
    stdio: 'pipe',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  // The program may end before it has read everything. Its exit code shows whether it failed.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return;
  throw new EmbeddedStoreFailed(
    `PostgreSQL could not be set up: ${program} ended with ${signal ?? `exit code ${code}`}.`,
    output.trim().split('\n').slice(-15).join('\n'),
    ['see whether there is room on the disk', 'or name a server in DATABASE_URL'],
  );
}

const exists = async (file: string): Promise<boolean> => {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
};

/** Creates the cluster with its database, once. It gets its name only when it is complete. */
export async function createCluster(placement: PostgresPlacement, password: string): Promise<void> {
  const cluster = clusterFolder(placement);
  if (await exists(path.join(cluster, 'PG_VERSION'))) return;
  const fresh = `${cluster}.new`;
  const passwordFile = path.join(placement.home, 'password.tmp');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    if (placement.user) {
      const { uid, gid } = placement.user;
      await Promise.all([fresh, passwordFile].map((file) => chown(file, uid, gid)));
    }
    await run(placement, 'initdb', [
      `--pgdata=${fresh}`,
      `--username=${POSTGRES_NAME}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    await run(
      placement,
      'postgres',
      ['--single', '-D', fresh, 'postgres'],
      `CREATE DATABASE ${POSTGRES_NAME}\n`,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, cluster);
}

/**
 * The pid of the PostgreSQL that runs on this cluster, or null. Removes a `postmaster.pid` whose process is not such a
 * PostgreSQL (the pid was recycled, or the machine was restarted), because PostgreSQL would refuse to start otherwise.
 */
export async function clusterOwner(cluster: string): Promise<number | null> {
  const file = path.join(cluster, 'postmaster.pid');
  if (!(await exists(file))) return null;
  const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
  const commandLine = Number.isInteger(pid) && pid > 0 ? await commandLineOf(pid) : null;
  if (commandLine?.includes('postgres') && commandLine.includes(cluster) && signalProcess(pid, 0)) return pid;
  await rm(file, { force: true });
  return null;
}

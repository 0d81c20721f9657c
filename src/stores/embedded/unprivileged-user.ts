import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { EmbeddedStoreFailed } from './embedded-store.errors.js';
import { codeOf } from './process-identity.js';

const run = promisify(execFile);

export interface UserIds {
  uid: number;
  gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

const isExitCode = (error: unknown) => typeof codeOf(error) === 'number';

async function idsOf(name: string): Promise<UserIds | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if (isExitCode(error)) return null;
    throw error;
  }
}

/**
 * The user for PostgreSQL, which refuses to run as root. Null if this process is not root; PostgreSQL then runs as the
 * same user. No user is created.
 */
export async function unprivilegedUser(): Promise<UserIds | null> {
  if (process.getuid?.() !== 0) return null;
  for (const name of CANDIDATES) {
    const ids = await idsOf(name);
    if (ids) return ids;
  }
  throw new EmbeddedStoreFailed(
    'PostgreSQL cannot be started by root.',
    `it must run as another user, and there is neither ${CANDIDATES.join(' nor ')}`,
    ['run the command as another user', 'or name a server in DATABASE_URL'],
  );
}

/** Whether that user can reach the file or folder, because every folder above may forbid it. */
export async function canReach(user: UserIds, file: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', file], { ...user, cwd: '/' });
    return true;
  } catch (error) {
    if (isExitCode(error)) return false;
    throw error;
  }
}

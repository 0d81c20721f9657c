import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { hasCode, startOf } from './process-identity.js';

const read = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
};

async function tryLock(file: string, content: string): Promise<boolean> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, content);
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

const parse = (content: string): { pid: number; start: string } => {
  const [pid = '', ...start] = content.split(' ');
  return { pid: Number(pid), start: start.join(' ') };
};

/** Removes a dead owner's lock. If another process has taken the lock in the meantime, puts it back. */
async function dropDeadLock(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}.dead`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const taken = await read(aside);
  if (taken !== null && taken !== seen) await tryLock(file, taken);
  await rm(aside, { force: true });
}

/** The pid of the living process that holds the lock, or null. */
export async function lockOwner(file: string): Promise<number | null> {
  const content = await read(file);
  if (content === null) return null;
  const { pid, start } = parse(content);
  return (await startOf(pid)) === start ? pid : null;
}

/**
 * Takes a lock: a file that names its owner. An owner that has died, in whatever way, does not hold the lock any more.
 * @returns null on success, else the living owner's pid
 */
export async function acquireLock(file: string): Promise<number | null> {
  const content = `${process.pid} ${await startOf(process.pid)}`;
  while (!(await tryLock(file, content))) {
    const owner = await lockOwner(file);
    if (owner !== null) return owner;
    const seen = await read(file);
    if (seen !== null) await dropDeadLock(file, seen);
  }
  return null;
}

export const releaseLock = (file: string): Promise<void> => rm(file, { force: true });
